// What a test may change at the played DocuSign.
import { z } from 'zod';

export const docuSignSettings = {
	/** DocuSign: life of the code grant's access tokens; `accessTokenTtlSeconds` is not asked here. */
	docuSignAccessTokenTtlSeconds: z.number().int().positive().default(8 * 3_600),

	/** Calls an hour of one account, from the full hour on. */
	docuSignRequestsPerHour: z.number().int().min(0).default(3_000),
	/** What other apps used up of them in this hour. */
	docuSignRequestsUsed: z.number().int().min(0).default(0),
	/** Calls of one account within 30 seconds: 500 in production, 200 for developers. */
	docuSignRequestsPerBurst: z.number().int().min(0).default(500),
	/** DocuSign answered a used-up limit with 400 for years and is documented with 429, too. */
	docuSignLimitStatus: z.union([z.literal(400), z.literal(429)]).default(400),
	/** GETs on one envelope and what belongs to it within an hour; null: as many as you like. DocuSign does not tell its own number. */
	docuSignEnvelopeReadsPerHour: z.number().int().min(0).nullable().default(null),
	/** The same for PUTs. */
	docuSignEnvelopeUpdatesPerHour: z.number().int().min(0).nullable().default(null),
	docuSignMaxRequestBytes: z.number().int().min(1).default(35 * 1024 * 1024),
	/** The longest page of a list, whatever `count` says. */
	docuSignPageSize: z.number().int().min(1).max(1_000).default(1_000),

	/** An account setting: without it nobody reads form data. */
	docuSignFormDataAllowed: z.boolean().default(true),
	/** How long the address of a recipient view can be opened. */
	docuSignViewTtlMs: z.number().min(0).default(5 * 60_000),

	/** Whether the plan of the accounts has Connect. */
	docuSignConnectEnabled: z.boolean().default(true),
	/** The Connect keys of all accounts, oldest first, as an administrator makes them: one signature header for each. */
	docuSignConnectHmacKeys: z.array(z.string().min(1)).max(100).default(['sandbox-connect-key-1']),
	/** The waits before a delivery that was not answered with 2xx is tried again; DocuSign's own are minutes and more. */
	docuSignConnectRetryDelaysMs: z.array(z.number().min(0)).default([100, 400, 1_600]),
	/** A listener has to answer within this time. DocuSign gives 100 seconds. */
	docuSignConnectTimeoutMs: z.number().min(1).default(100_000),
};

export type DocuSignSettings = z.infer<z.ZodObject<typeof docuSignSettings>>;
