// What a test may change at the played DocuSign.
import { z } from 'zod';

export const docuSignSettings = {
	/** DocuSign: life of the code grant's access tokens; `accessTokenTtlSeconds` is not asked here. */
	docuSignAccessTokenTtlSeconds: z.number().int().positive().default(8 * 3_600),
};

export type DocuSignSettings = z.infer<z.ZodObject<typeof docuSignSettings>>;

export const defaultDocuSignSettings: Readonly<DocuSignSettings> = z.object(docuSignSettings).parse({});
