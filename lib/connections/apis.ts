// Providers whose one refresh token serves several APIs, and whose access tokens are good at one of them each (S29): which scope
// belongs to which API.
import type { Connection } from './connection';

type KnowsApis = Pick<Connection, 'provider'> & { registration: Pick<Connection['registration'], 'traits'> };

/** The first API that a scope names; undefined where none does, or where the provider has a single one. */
export function apiOfScopes({ provider, registration }: KnowsApis, scopes: readonly string[]): string | undefined {
	for (const scope of scopes) {
		const api = provider.apiOf?.(scope, registration.traits);
		if (api !== undefined) return api;
	}
	return undefined;
}

export interface WantedApi {
	/** Beyond the connection's own; they name the API before those do. */
	scopes?: readonly string[];
	/** Origin that the token is to go to. */
	target?: string;
}

/** The API that a token is wanted for: the one at the target, if a scope that is wanted or granted names it; else the first that is wanted. */
export function wantedApiOf(connection: KnowsApis, wanted: readonly string[], granted: readonly string[], { scopes = [], target }: WantedApi): string | undefined {
	if (target !== undefined && scopesOfApi(connection, [...wanted, ...granted], target).length > 0) return target;
	return apiOfScopes(connection, [...scopes, ...wanted]);
}

/** Those of one API, and no others. */
export function scopesOfApi({ provider, registration }: KnowsApis, scopes: readonly string[], api: string): string[] {
	return scopes.filter((scope) => provider.apiOf?.(scope, registration.traits) === api);
}

/** Those of every other API. */
export function scopesOfOtherApis({ provider, registration }: KnowsApis, scopes: readonly string[], api: string | undefined): string[] {
	return scopes.filter((scope) => ![undefined, api].includes(provider.apiOf?.(scope, registration.traits)));
}

/**
 * What a token request must name, so that its one access token is for the first API of `scopes`: that one's, and what belongs to no
 * API. Undefined where there are not several: then the server knows by itself.
 */
export function scopesForFirstApi(connection: KnowsApis, scopes: readonly string[]): string[] | undefined {
	const others = scopesOfOtherApis(connection, scopes, apiOfScopes(connection, scopes));
	return others.length === 0 ? undefined : scopes.filter((scope) => !others.includes(scope));
}

/** What an answer that tells of one API has granted, and what is known to be granted for the others. */
export function withOtherApis(connection: KnowsApis, told: readonly string[], known: readonly string[]): string[] {
	return [...new Set([...told, ...scopesOfOtherApis(connection, known, apiOfScopes(connection, told) ?? apiOfScopes(connection, known))])];
}
