// What the control server may do to a played provider, done to its store.
import type { ClientMetadata } from 'oidc-provider';
import type { Controlled } from './control';
import type { Person } from './people';
import type { ProviderStore } from './providerStore';

export interface Accounts<P extends Person> {
	readonly people: readonly P[];
	accountIdOf(person: P): string;
	personOf(accountId: string | undefined): P | undefined;
}

export function controlStore<P extends Person>(store: ProviderStore, clients: readonly ClientMetadata[], { people, accountIdOf, personOf }: Accounts<P>): Controlled {
	const accountOf = (name?: string): string | undefined => {
		const person = people.find((candidate) => candidate.name === name);
		return person && accountIdOf(person);
	};
	return {
		revocations: () => store.revocations.map(({ accountId, ...revocation }) => ({ ...revocation, user: personOf(accountId)?.name ?? null })),
		expireAccessTokens: (user) => store.expireAccessTokens(accountOf(user)),
		revokeGrants: (user) => store.revokeGrants('admin', accountOf(user)),
		forgetSessions: () => store.forgetSessions(),
		addRedirectUri: (uri) => {
			for (const client of clients) client.redirect_uris = [...(client.redirect_uris ?? []), uri];
		},
	};
}
