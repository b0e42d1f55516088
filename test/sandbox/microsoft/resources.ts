// The APIs that tokens are asked for, and the scopes that name them.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc
import { applicationIdUri, confidentialApp } from './apps';
import { contoso } from './directory';
import { AadError } from './errors';

export interface Resource {
	/** In front of each of its scopes. */
	readonly identifier: string;
	/** `aud` of its tokens. */
	readonly audience: string;
	readonly applicationId: string;
	/** Scopes may come without the identifier. */
	readonly isDefault: boolean;
	readonly scopes: readonly string[];
	/** The scopes that the apps list in their registrations: what `/.default` stands for. */
	readonly listed: readonly string[];
	/** What an app without a user was granted. */
	readonly roles: readonly string[];
}

/** What one request asks for. */
export interface Asked {
	readonly oidc: readonly string[];
	/** In the order of the request. */
	readonly permissions: ReadonlyArray<{ readonly resource: Resource; readonly name: string; readonly text: string; readonly isShort: boolean }>;
}

export const oidcScopes = ['openid', 'profile', 'email', 'offline_access'];
export const everything = '.default';
/** oidc-provider has an `offline_access` of its own, with rules that Entra does not have: inside it goes by this name. */
export const innerOffline = 'offline';

export function innerToEntra(scope: string): string {
	return scope.split(' ').map((word) => (word === innerOffline ? 'offline_access' : word)).join(' ');
}

/** What oidc-provider is asked for in place of `asked`. */
export function entraToInner({ oidc, permissions }: Asked): string {
	const words = [...oidc.map((word) => (word === 'offline_access' ? innerOffline : word)), ...permissions.map(({ text }) => text)];
	return [...new Set(words)].join(' ');
}

export function buildResources(graphUrl: string, sharePointUrl: string): readonly Resource[] {
	return [
		{
			identifier: graphUrl,
			audience: graphUrl,
			applicationId: '00000003-0000-0000-c000-000000000000',
			isDefault: true,
			scopes: ['User.Read', 'User.Read.All', 'User.ReadBasic.All', 'Mail.Read', 'Files.Read', 'Files.Read.All', 'Files.ReadWrite', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All', 'Sites.Selected'],
			listed: ['User.Read', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All'],
			roles: ['Sites.ReadWrite.All', 'User.Read.All'],
		},
		{
			identifier: sharePointUrl,
			audience: sharePointUrl,
			applicationId: '00000003-0000-0ff1-ce00-000000000000',
			isDefault: false,
			scopes: ['AllSites.Read', 'AllSites.Write', 'AllSites.Manage', 'AllSites.FullControl', 'MyFiles.Read', 'MyFiles.Write', 'Sites.Search.All'],
			listed: ['AllSites.Read', 'AllSites.Write'],
			roles: ['Sites.FullControl.All'],
		},
		{
			identifier: applicationIdUri(confidentialApp),
			audience: confidentialApp.clientId,
			applicationId: confidentialApp.clientId,
			isDefault: false,
			scopes: ['access_as_user'],
			listed: ['access_as_user'],
			roles: [],
		},
	];
}

/** The one spelling that consents are remembered in. */
export function fullName(resource: Resource, name: string): string {
	return `${resource.identifier}/${name}`;
}

/** Every scope in every spelling that oidc-provider may meet. */
export function knownSpellings(resources: readonly Resource[]): string[] {
	return resources.flatMap((resource) => [...resource.scopes, everything].flatMap((name) => [fullName(resource, name), ...(resource.isDefault ? [name] : [])]));
}

/**
 * Names are found whatever their case; the spelling (short or full) stays.
 * @throws AadError 500011 for an unknown resource, 650053 for a scope that its resource does not have
 */
export function readScopes(text: string, resources: readonly Resource[], appName: string): Asked {
	const words = text.split(/\s+/).filter(Boolean);
	return {
		oidc: words.filter((word) => oidcScopes.includes(word)),
		permissions: words.filter((word) => !oidcScopes.includes(word)).map((word) => readPermission(word, resources, appName)),
	};
}

function readPermission(word: string, resources: readonly Resource[], appName: string): Asked['permissions'][number] {
	const at = word.lastIndexOf('/');
	const isShort = at < 0;
	const identifier = word.slice(0, Math.max(at, 0)).replace(/\/$/, '');
	const resource = resources.find((candidate) => (isShort ? candidate.isDefault : candidate.identifier === identifier));
	if (!resource) throw new AadError('invalid_resource', 500011, `The resource principal named ${identifier} was not found in the tenant named ${contoso.name}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`);
	const name = [...resource.scopes, everything].find((candidate) => candidate.toLowerCase() === word.slice(at + 1).toLowerCase());
	if (!name) throw new AadError('invalid_client', 650053, `The application '${appName}' asked for scope '${word.slice(at + 1)}' that doesn't exist on the resource '${resource.applicationId}'. Contact the app vendor.`);
	return { resource, name, text: isShort ? name : fullName(resource, name), isShort };
}

/** The names that a consent to `permissions` covers, in full spelling: `/.default` is everything that the apps list, at every resource. */
export function namesToConsent({ permissions }: Asked, resources: readonly Resource[]): string[] {
	const names = permissions.flatMap(({ resource, name }) => (name === everything ? resources.flatMap((other) => other.listed.map((listed) => fullName(other, listed))) : [fullName(resource, name)]));
	return [...new Set(names)];
}
