// What a test may change while the sandbox runs (POST /control/settings): one flat list for all providers.
import { z } from 'zod';
import { sharePointServerSettings } from './adfs/site/settings';
import { docuSignSettings } from './docusign/settings';
import { graphSettings } from './microsoft/graphSettings';
import { microsoftSettings } from './microsoft/settings';
import { oauth2Settings } from './oauth2/settings';
import { salesforceApiSettings } from './salesforce/apiSettings';
import { salesforceSettings } from './salesforce/settings';

const shape = {
	/** true: refresh tokens are single use and a replay kills the grant. false: a refresh answers without a new refresh token. */
	rotation: z.boolean().default(true),
	/** Whether the redirect back to the client carries `iss` (RFC 9207). */
	issParameter: z.boolean().default(true),
	accessTokenTtlSeconds: z.number().int().positive().default(7_200),
	/** How long a refresh holds its lock before it is processed, so that "at the same time" means something on loopback. */
	refreshHoldMs: z.number().min(0).default(25),

	/** Salesforce. */
	omitInstanceUrlOnRefresh: z.boolean().default(false),
	/** Salesforce keeps five approvals per user and app; the sixth sign-in revokes the oldest. */
	approvalsPerUserAndApp: z.number().int().positive().default(5),

	...salesforceSettings,
	...salesforceApiSettings,
	...oauth2Settings,
	...microsoftSettings,
	...graphSettings,
	...docuSignSettings,
	...sharePointServerSettings,
};

const schema = z.strictObject(shape);

export type SandboxSettings = z.infer<typeof schema>;

export const defaultSettings: Readonly<SandboxSettings> = schema.parse({});

/** Applies `changes`, all or none. Throws a TypeError that names each unknown setting and wrong value. */
export function applySettings(settings: SandboxSettings, changes: Record<string, unknown>): void {
	const checked = schema.safeParse({ ...settings, ...changes });
	if (!checked.success) throw new TypeError(z.prettifyError(checked.error));
	Object.assign(settings, checked.data);
}
