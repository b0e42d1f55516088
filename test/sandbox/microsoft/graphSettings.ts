// What a test may change about the played Graph while it runs.
import { z } from 'zod';

export const graphSettings = {
	/** Rows of the list `Readings`, made when they are asked for. */
	graphReadings: z.number().int().min(0).max(1_000_000).default(20_000),
	/** Bytes of `large.bin` in the library of `everyone`, made when they are asked for; byte n depends on n alone. */
	graphLargeFileBytes: z.number().int().min(0).default(8 * 1024 * 1024),

	/** Items of one page where the client names no `$top`. */
	graphPageSize: z.number().int().min(1).default(200),
	/** A larger `$top` is cut to this; SharePoint gives no more than 5,000. */
	graphMaxPageSize: z.number().int().min(1).max(5_000).default(5_000),
	/** After each page comes an empty one that has a nextLink. */
	graphEmptyPages: z.boolean().default(false),
	/** Rows that a filter or a sort may touch. */
	graphListViewThreshold: z.number().int().min(1).default(5_000),
	/** How that is refused: 400 with SharePoint's own words, 422 "uses too many resources", or 429 as if throttled. All three were seen. */
	graphThresholdAnswer: z.enum(['listViewThreshold', 'tooManyResources', 'throttled']).default('listViewThreshold'),
	/** Delta tokens from before now are of no use: 410 with a Location to begin again. */
	graphDeltaTokensExpired: z.boolean().default(false),

	/** Requests of one minute before 429; 0 is no limit. From 80 % on answers carry `RateLimit-*`. */
	graphRequestsPerMinute: z.number().int().min(0).default(0),
	/** `Retry-After` of the 429 above. */
	graphRetryAfterSeconds: z.number().int().min(0).default(1),
	graphLatencyMs: z.number().min(0).default(0),

	/** What an app without a user was granted. null: what the registration lists. */
	graphAppRoles: z.array(z.string()).nullable().default(null),
	/** Paths of the sites that an administrator gave to an app whose only role is `Sites.Selected`. */
	graphSelectedSites: z.array(z.string()).default([]),

	/** Of one request with the whole content; the documentation says 250 MB. */
	graphSmallUploadBytes: z.number().int().min(1).default(250 * 1024 * 1024),
	/** Room of each library. Full is 507. */
	graphQuotaBytes: z.number().int().min(0).default(1024 ** 4),
	graphUploadSessionSeconds: z.number().min(0).default(3_600),
	graphDownloadUrlSeconds: z.number().min(0).default(3_600),
	/** Whether uploads above 4 MiB are kept (on disk, in a file without a name). Not: hashed and dropped, and cannot be downloaded. */
	graphKeepsContent: z.boolean().default(true),
	/** How long an asynchronous copy takes. */
	graphCopyMs: z.number().min(0).default(30),
};

export type GraphSettings = z.infer<z.ZodObject<typeof graphSettings>>;
