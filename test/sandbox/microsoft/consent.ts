// What a user, or an administrator for everybody, has allowed an app to do.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/permissions-consent-overview
import type { App } from './apps';
import type { MicrosoftContext } from './context';
import type { DirectoryUser } from './directory';
import { AadError, sentences } from './errors';
import { everything, fullName, type Asked, type Resource } from './resources';

/** The scopes of `resource` that are consented, by name. */
export function consentedNames({ settings, store }: MicrosoftContext, user: DirectoryUser, app: App, resource: Resource): string[] {
	const consented = store.consentedScopes(user.oid, app.clientId);
	return resource.scopes.filter((name) => consented.has(fullName(resource, name)) || (settings.microsoftAdminConsent && resource.listed.includes(name)));
}

/** @throws AadError 65001. `/.default` is content with anything that was consented. */
export function requireConsent(context: MicrosoftContext, user: DirectoryUser, app: App, permissions: Asked['permissions']): void {
	const isConsented = permissions.every(({ resource, name }) => {
		const names = consentedNames(context, user, app, resource);
		return name === everything ? names.length > 0 : names.includes(name);
	});
	if (!isConsented) throw new AadError('invalid_grant', 65001, sentences.consent(app), { suberror: 'consent_required' });
}

const policyId = '9ab03e19-ed42-4168-b6b7-7001fb3e933a';

/**
 * @throws AadError 50076 with a claims challenge
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge
 */
export function requireSecondFactor({ settings, steppedUp, resources }: MicrosoftContext, user: DirectoryUser, resource: Resource = resources[0]!): void {
	if (!settings.microsoftStepUp || steppedUp.has(user.oid)) return;
	const claims = JSON.stringify({ access_token: { capolids: { essential: true, values: [policyId] } } });
	throw new AadError('interaction_required', 50076, sentences.secondFactor(resource.applicationId), { suberror: 'basic_action', claims });
}
