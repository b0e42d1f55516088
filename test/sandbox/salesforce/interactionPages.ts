// The pages a person sees at the played Salesforce: login, "Allow access?", error.
import { signInPages } from '../signIn/pages';

const { error, ...pages } = signInPages('Salesforce', {
	api: 'Manage user data via APIs',
	refresh_token: 'Perform requests at any time',
	openid: 'Access unique user identifiers',
	id: 'Access the identity URL service',
	web: 'Manage user data via Web browsers',
	full: 'Full access',
	profile: 'Access your basic information',
	email: 'Access your basic information',
});

/** Salesforce has names of its own for OAuth errors that it may not redirect. */
const errorNames: Record<string, [string, string]> = {
	invalid_redirect_uri: ['redirect_uri_mismatch', 'redirect_uri must match configuration'],
	invalid_client: ['invalid_client_id', 'client identifier invalid'],
};

export const salesforcePages = { ...pages, error: (name: string, description?: string) => error(...(errorNames[name] ?? [name, description] as const)) };
