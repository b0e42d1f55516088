// What a test may change at the played SharePoint Server.
import { z } from 'zod';

export const sharePointServerSettings = {
	/** SharePoint Server: how the site lets people in. `bearer` are tokens of AD FS. */
	siteAuthentication: z.array(z.enum(['bearer', 'ntlm', 'basic'])).default(['bearer', 'ntlm', 'basic']),
	/** How long a request digest lives; 30 minutes is the default of a farm. */
	siteDigestTtlSeconds: z.number().int().positive().default(1_800),
	/** Rows of the list "Readings". */
	siteReadingRows: z.number().int().min(0).max(100_000).default(6_000),
	siteListViewThreshold: z.number().int().positive().default(5_000),
	/** Size of `large.bin`; byte n is n modulo 251. */
	siteLargeFileBytes: z.number().int().min(0).default(3_000_000),
	/** Files above this size are kept on disk. */
	siteMemoryBytes: z.number().int().positive().default(1_000_000),
};

export type SharePointServerSettings = z.infer<z.ZodObject<typeof sharePointServerSettings>>;
