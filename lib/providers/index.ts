// Room `providers`: what is peculiar to each provider, as data. It must never know rows, pages, n8n or other rooms than level 0.
import { docuSign } from './docuSign';
import { oauth2 } from './oauth2';
import type { Provider, ServerLogin } from './provider';
import { salesforce } from './salesforce';
import { sharePointOnline } from './sharePointOnline';
import { sharePointServer } from './sharePointServer';

export type { JwtBearerRules, KnownError, Provider, ProviderSettings, ScopeMeaning, ServerLogin, TokenContext } from './provider';

export const PROVIDERS: readonly Provider[] = [salesforce, sharePointOnline, sharePointServer, docuSign, oauth2];

export function providerById(id: string): Provider | undefined {
	return PROVIDERS.find((provider) => provider.id === id);
}

/** Of a User Login type. */
export function providerByCredentialType(credentialType: string): Provider | undefined {
	return PROVIDERS.find((provider) => provider.credentialType === credentialType);
}

export interface FoundServerLogin {
	provider: Provider;
	login: ServerLogin;
}

/** Of a client credentials or JWT bearer type. */
export function serverLoginByCredentialType(credentialType: string): FoundServerLogin | undefined {
	for (const provider of PROVIDERS) {
		const login = provider.serverLogins?.find((candidate) => candidate.credentialType === credentialType);
		if (login !== undefined) return { provider, login };
	}
	return undefined;
}
