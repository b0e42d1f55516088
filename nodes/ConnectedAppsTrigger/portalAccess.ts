import type { IWebhookFunctions } from 'n8n-workflow';

import type { Runtime } from '../../lib/n8n';
import { readPortalSignIn, type PortalSignInSettings } from '../../lib/n8n/portalSignIn';
import { portalLimits, type PortalAccess, type PortalLimits, type PortalSignIn } from '../../lib/portal';
import type { Fetch } from '../../lib/types';

/** One per process, whichever portal somebody tries. */
let limits: PortalLimits | undefined;

function signInOf({ openId, trustedHeader }: PortalSignInSettings, runtime: Runtime, fetch: Fetch): PortalSignIn {
	if (openId !== undefined) return { kind: 'openId', settings: openId, endpoints: async () => await runtime.resolveEndpoints({ issuer: openId.issuer, known: {} }, fetch) };
	return trustedHeader === undefined ? { kind: 'personalLink' } : { kind: 'trustedHeader', settings: trustedHeader };
}

/** Who gets in to this trigger's portal. @throws ConnectedAppsError `settingInvalid`, `credentialMissing` */
export async function portalAccessOf(context: IWebhookFunctions, runtime: Runtime, fetch: Fetch): Promise<PortalAccess> {
	const settings = await readPortalSignIn(context, runtime.vault);
	const { portal, allowed, admins, session } = settings;
	limits ??= portalLimits({ requestsPerMinute: runtime.config.requestsPerMinute });
	return { portal, allowed, admins, session, limits, signIn: signInOf(settings, runtime, fetch) };
}
