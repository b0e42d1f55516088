// Room `providers`: what is peculiar to each provider, as data. It must never know rows, pages, n8n or other rooms than level 0.
import type { Provider } from './provider';
import { salesforce } from './salesforce';

export type { Provider, ProviderSettings, ScopeMeaning } from './provider';

export const PROVIDERS: readonly Provider[] = [salesforce];

export function providerById(id: string): Provider | undefined {
	return PROVIDERS.find((provider) => provider.id === id);
}

export function providerByCredentialType(credentialType: string): Provider | undefined {
	return PROVIDERS.find((provider) => provider.credentialType === credentialType);
}
