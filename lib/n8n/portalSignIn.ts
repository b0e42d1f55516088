import type { FunctionsBase } from 'n8n-workflow';

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock';
import { openIdMaterialOf, ownerKeyOf, readOpenIdSettings, readTrustedHeaderSettings, sharedPortalId, trustedHeaderMaterialOf, type OpenIdSettings, type TrustedHeaderSettings } from '../connections';
import { ConnectedAppsError } from '../errors';
import { readPeople, type People } from '../identity';
import type { PortalMode, SignInMethod } from '../types';
import type { PortalMembership, Vault } from '../vault';
import { ownerOf } from './ownerTrigger';

export const OPEN_ID_CREDENTIAL = 'connectedAppsOpenIdApi';
export const TRUSTED_HEADER_CREDENTIAL = 'connectedAppsTrustedHeaderApi';

/** What lies beyond is a slip, and may be more than a database's or Node's numbers hold. */
const MAX_SESSION_MS = 365 * DAY_MS;

/** What the trigger says of signing in to its portal. */
export interface PortalSignInSettings {
	portal: PortalMembership;
	openId?: OpenIdSettings;
	trustedHeader?: TrustedHeaderSettings;
	allowed: People;
	admins: People;
	session: { idleMs: number; absoluteMs: number };
}

function selected(context: FunctionsBase, type: string, method: string): string {
	if (context.getNode().credentials?.[type] !== undefined) return type;
	throw new ConnectedAppsError('credentialMissing', `"Sign-In Method" is "${method}", and no credential for it is selected`, { field: 'credential', advice: 'Select one in the Connected Apps Trigger' });
}

interface ParameterReader extends FunctionsBase {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}

/** @returns milliseconds */
function limitMs(context: ParameterReader, name: string, fallback: number, unitMs: number, label: string): number {
	const value = context.getNodeParameter(`sessions.${name}`, fallback);
	const most = MAX_SESSION_MS / unitMs;
	if (typeof value !== 'number' || !(value > 0) || value > most) throw new ConnectedAppsError('settingInvalid', `The parameter "${label}" must be more than 0, and at most ${most} (a year)`, { field: name });
	return value * unitMs;
}

/** @throws ConnectedAppsError `settingInvalid`, `credentialMissing` */
export async function readPortalSignIn(context: ParameterReader, vault: Pick<Vault, 'lastingProofOf'>): Promise<PortalSignInSettings> {
	const signInMethod = String(context.getNodeParameter('signInMethod', 'personalLink')) as SignInMethod;
	const mode = String(context.getNodeParameter('mode', 'portal')) as PortalMode;
	const people = (name: string, label: string) => readPeople(String(context.getNodeParameter(name, '') ?? ''), label);
	const common = {
		allowed: people('allowedUsers', 'Allowed Users'),
		admins: people('admins', 'Administrators'),
		session: { idleMs: limitMs(context, 'idleMinutes', 60, MINUTE_MS, 'Idle Limit (Minutes)'), absoluteMs: limitMs(context, 'absoluteHours', 12, HOUR_MS, 'Absolute Limit (Hours)') },
	};
	switch (signInMethod) {
		case 'openId': {
			const openId = readOpenIdSettings(await context.getCredentials<Record<string, unknown>>(selected(context, OPEN_ID_CREDENTIAL, 'OpenID Connect')));
			return { ...common, openId, portal: { id: sharedPortalId(vault, signInMethod, openIdMaterialOf(openId)), mode, signInMethod } };
		}
		case 'trustedHeader': {
			const trustedHeader = readTrustedHeaderSettings(await context.getCredentials<Record<string, unknown>>(selected(context, TRUSTED_HEADER_CREDENTIAL, 'Trusted Header')));
			return { ...common, trustedHeader, portal: { id: sharedPortalId(vault, signInMethod, trustedHeaderMaterialOf(trustedHeader)), mode, signInMethod } };
		}
		case 'personalLink':
			if (mode !== 'portal') throw new ConnectedAppsError('settingInvalid', '"Mode" is "Connections Only", and this trigger shares no sign-in with another one', { field: 'mode', advice: 'Select the portal’s OpenID or trusted header credential, or choose "Portal"' });
			return { ...common, portal: { id: ownerKeyOf(ownerOf(context)), mode, signInMethod } };
		default:
			throw new ConnectedAppsError('settingInvalid', `The parameter "Sign-In Method" has an unknown value: "${String(signInMethod)}"`, { field: 'signInMethod' });
	}
}
