// What a test may change about the data API while it runs.
import { z } from 'zod';

/** A person's name to what is kept from that person: `Object.Field`, or an object. */
const keptFrom = z.record(z.string(), z.array(z.string()));

export const salesforceApiSettings = {
	/** Rows of `Reading__c`, made when they are asked for. */
	readingRows: z.number().int().min(0).max(1_000_000).default(1_000),
	/** Field-level security. */
	fieldsHiddenFrom: keptFrom.default({ bob: ['Invoice__c.Margin__c'] }),
	objectsHiddenFrom: keptFrom.default({}),

	/** Salesforce may send fewer rows than were asked for: never more than these on one page of a query. */
	queryPageSize: z.number().int().min(1).max(2_000).default(2_000),
	/** Rows of a child sub-query in its parent, before it pages by itself. */
	subqueryPageSize: z.number().int().min(1).max(2_000).default(200),
	/** Of the file `large.bin`. */
	largeFileBytes: z.number().int().min(0).default(8 * 1024 * 1024),

	apiLatencyMs: z.number().min(0).default(0),
	apiRequestsPerDay: z.number().int().min(1).default(100_000),
	/** What others used up of the daily quota; our own calls come on top. The quota used up is a 403. */
	apiRequestsUsed: z.number().int().min(0).default(0),
	/** Whether answers are compressed for a client that takes gzip. */
	gzip: z.boolean().default(true),
	/** The org lives on `movedInstanceUrl` from now on, and token answers say so. */
	instanceMoved: z.boolean().default(false),
	/** What the old host says then: 400 URL_NOT_RESET or 401 INVALID_SESSION_ID. */
	movedInstanceAnswer: z.enum(['urlNotReset', 'invalidSession']).default('urlNotReset'),

	syncReportRunsPerHour: z.number().int().min(0).default(500),
	/** How long an asynchronous report run takes. */
	reportRunMs: z.number().min(0).default(20),
	asyncReportsFail: z.boolean().default(false),

	bulkQueuedMs: z.number().min(0).default(10),
	bulkProcessingMs: z.number().min(0).default(20),
	/** `whileProcessing`: the job goes to Failed with `bulkFailureMessage`. */
	bulkFailure: z.enum(['none', 'whileProcessing']).default('none'),
	bulkFailureMessage: z.string().default('QUERY_TIMEOUT: Your query request was running for too long.'),
	/** Rows of one page of results; `maxRecords` only makes it smaller. */
	bulkPageSize: z.number().int().min(1).default(50_000),
	/** Whether the pages after the first begin with the names of the columns, as the documentation shows it. */
	bulkHeaderOnEveryPage: z.boolean().default(true),
	bulkJobsPerDay: z.number().int().min(0).default(10_000),
};

export type SalesforceApiSettings = z.infer<z.ZodObject<typeof salesforceApiSettings>>;
