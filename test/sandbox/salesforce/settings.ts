// What a test may change at the played Salesforce, besides what every provider has.
import { z } from 'zod';

export const salesforceSettings = {
	/** Salesforce: whether the login host counts as the org's My Domain, the only one where client credentials work. */
	salesforceLoginIsMyDomain: z.boolean().default(true),
};

export type SalesforceSettings = z.infer<z.ZodObject<typeof salesforceSettings>>;

export const defaultSalesforceSettings: Readonly<SalesforceSettings> = z.object(salesforceSettings).parse({});
