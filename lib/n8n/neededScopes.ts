import type { Connection } from '../connections';

/** What a connector's calls need. */
export interface NeededScopes {
	/** Asked for beyond what the connection asks for, whatever the admin has chosen. */
	scopes?: readonly string[];
	/** Any of these does as well, where the connection itself asks for it: an admin who chose less knows why, and nobody is asked for more. */
	scopesInstead?: readonly string[];
}

export function neededScopes({ registration }: Connection, { scopes, scopesInstead = [] }: NeededScopes): readonly string[] | undefined {
	const enough = new Set(scopesInstead.map((scope) => scope.toLowerCase()));
	const chosen = registration.scopes.find((scope) => enough.has(scope.toLowerCase()));
	return chosen === undefined ? scopes : [chosen];
}
