// What a test may change at the played Microsoft. All are off unless set.
import { z } from 'zod';

export const microsoftSettings = {
	/** Microsoft: an administrator consented to what the apps list in their registrations (`listed` in resources.ts), on behalf of everybody. */
	microsoftAdminConsent: z.boolean().default(false),
	/** Microsoft: a policy wants a second factor. Whoever has not signed in with the claims challenge gets no token by refresh or on behalf. */
	microsoftStepUp: z.boolean().default(false),
};

export type MicrosoftSettings = z.infer<z.ZodObject<typeof microsoftSettings>>;

export const defaultMicrosoftSettings: Readonly<MicrosoftSettings> = z.object(microsoftSettings).parse({});
