import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { EndpointSource, OAuthEndpoints, OwnerTrigger } from '../types';
import type { PortalMembership, StoredRegistration, Vault } from '../vault';
import { ownerKeyOf } from './connection';
import { claimKeyOf, proofMaterialOf, type ConnectionSettings } from './settings';

export interface RegistrationRequest {
	owner: OwnerTrigger;
	credentialId: string;
	settings: ConnectionSettings;
	/** Public address of the owner trigger's pages, no trailing slash. */
	portalUrl: string;
	/** Absent: the trigger's own portal, with personal links. */
	portal?: PortalMembership;
	/** Knows the endpoints, or discovers them. */
	resolveEndpoints(source: EndpointSource): Promise<OAuthEndpoints>;
}

/** A server that tells nothing, or something else, for a moment does not withdraw what it has told before. */
async function endpointsOf(vault: Vault, { owner, settings, resolveEndpoints }: RegistrationRequest): Promise<OAuthEndpoints> {
	try {
		return await resolveEndpoints(settings.source);
	} catch (error) {
		const discovers = settings.source.issuer !== undefined && isConnectedAppsError(error, 'providerUnavailable', 'settingInvalid');
		const before = discovers ? await vault.registrations.findByClaim(claimKeyOf(settings)) : undefined;
		if (before === undefined || ownerKeyOf(before.owner) !== ownerKeyOf(owner)) throw error;
		return before.endpoints;
	}
}

/**
 * An account of any name proves nothing of whose it is: a sign-in of the portal's own must say who signs in (S6). A verified token alone
 * does not: it has named the user, and knows nothing of the browser that its link is opened in.
 */
function assertAccountMatch({ settings: { policy }, portal }: RegistrationRequest): void {
	if (policy.accountMatch === 'sameEmail' || portal?.signInMethod === 'openId' || (portal?.signInMethod === 'trustedHeader' && policy.userIdentity === 'verifiedToken')) return;
	throw new ConnectedAppsError('settingInvalid', `Credential setting "Account Match" is "${policy.accountMatch === 'any' ? 'Any Account' : 'Same Domain'}", but no sign-in of the portal’s own says whose account it is`, {
		field: 'accountMatch',
		advice: 'Choose OpenID Connect under Sign-In Method of the Connected Apps Trigger, or Account Match = Same E-Mail Address in the credential',
	});
}

/**
 * Registers what a published trigger offers. Called again every 30 s: new secrets and narrower policies apply at once.
 * @throws ConnectedAppsError `connectionTaken` if another published trigger offers it (S34), `settingInvalid`, `providerUnavailable` where endpoints cannot be discovered
 */
export async function registerConnection(vault: Vault, request: RegistrationRequest): Promise<StoredRegistration> {
	const { owner, credentialId, settings, portalUrl } = request;
	if (settings.policy.serviceAccountUse !== 'never' && settings.policy.serviceAccountLogin === undefined) {
		throw new ConnectedAppsError('settingInvalid', 'Credential setting "Service Account Login" is empty although the service account may be used', {
			field: 'serviceAccountLogin',
			advice: 'Enter the user name of the one account that may be signed in as service account',
		});
	}
	assertAccountMatch(request);
	return await vault.registrations.register(
		{
			claimKey: claimKeyOf(settings),
			connectionName: settings.connectionName,
			credentialType: settings.credentialType,
			credentialId,
			providerId: settings.provider.id,
			owner,
			appName: settings.appName,
			appDescription: settings.appDescription,
			endpoints: await endpointsOf(vault, request),
			clientId: settings.client.clientId,
			apiHosts: settings.apiHosts,
			traits: settings.traits,
			policy: settings.policy,
			scopes: settings.scopes,
			portalUrl,
			redirectUri: `${portalUrl}/${settings.provider.callbackSegment}/callback`,
			portal: request.portal,
		},
		vault.proofOf(proofMaterialOf(settings)),
		settings.client,
	);
}
