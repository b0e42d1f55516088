// Microsoft Entra's v2 endpoints: oidc-provider under each tenant's path, behind Entra's manners.
import express, { type Express, type RequestHandler } from 'express';
import { Provider, type ClientMetadata } from 'oidc-provider';
import type { Faults } from '../faults';
import { noteGrantType } from '../noteGrantType';
import { signInRoutes } from '../signIn/routes';
import { challenged, judgeAuthorizeRequest, rewriteRedirects } from './authorizeRequest';
import type { MicrosoftContext } from './context';
import { authorityOf, contoso, directoryUsers, userOfAccount, type DirectoryUser } from './directory';
import { metadataHandler } from './metadata';
import { registerOnBehalfOf } from './onBehalfOf';
import { pages } from './pages';
import { providerConfiguration } from './providerConfiguration';
import { innerToEntra, namesToConsent, readScopes } from './resources';
import { rewriteTokenAnswers } from './tokenAnswers';
import { judgeTokenRequest, tokenEndpoints } from './tokenRequest';
import { issuerOf } from './tokens';

export function buildAuthorizationServer(context: MicrosoftContext, clients: readonly ClientMetadata[], faults: Faults): { app: Express; provider: Provider } {
	const { calls, loginUrl, resources, steppedUp, store } = context;
	const provider = new Provider(issuerOf(loginUrl, contoso.id), providerConfiguration(context));
	acceptBothNames(context, provider);
	registerOnBehalfOf(context, provider);
	rewriteTokenAnswers(context, provider);
	rewriteRedirects(context, provider);

	const app = express().disable('x-powered-by');
	app.use(calls.middleware('oauth'));
	app.use(noteGrantType(calls));
	app.use(faults.middleware('oauth'));
	app.use(
		signInRoutes({
			provider,
			calls,
			pages,
			people: directoryUsers,
			accountIdOf: (person) => (person as DirectoryUser).oid,
			personOf: userOfAccount,
			refuse: (person, { returnTo }) => refuseStranger(person as DirectoryUser, returnTo, loginUrl),
			loggedIn: (person, { params }) => void (params[challenged] && steppedUp.add((person as DirectoryUser).oid)),
			allow: (grant, { params, session }) => {
				const scope = String(params['scope'] ?? '');
				const asked = readScopes(innerToEntra(scope), resources, '');
				grant.addOIDCScope(scope);
				store.rememberConsent(session!.accountId, String(params['client_id']), [...asked.oidc, ...namesToConsent(asked, resources)]);
			},
		}),
	);
	app.get('/:tenant/v2.0/.well-known/openid-configuration', metadataHandler(context));
	app.get('/:tenant/oauth2/v2.0/authorize', judgeAuthorizeRequest(context, clients));
	app.post('/:tenant/oauth2/v2.0/token', judgeTokenRequest(context));
	app.use('/:tenant', onlyEntraPaths, provider.callback());
	return { app, provider };
}

/** A client assertion may name the tenant by GUID or by domain, whichever of them the request goes to. */
function acceptBothNames({ loginUrl, tokenRequests }: MicrosoftContext, provider: Provider): void {
	provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = () => new Set(tokenEndpoints(loginUrl, tokenRequests.get(Provider.ctx!.req)!.authority));
}

/** A tenant's own endpoint is for its own people and its guests, and Contoso has none. */
function refuseStranger(user: DirectoryUser, returnTo: string, loginUrl: string): string | undefined {
	const authority = authorityOf(new URL(returnTo, loginUrl).pathname.split('/')[1]!);
	if (typeof authority !== 'object' || authority === user.tenant) return undefined;
	return `AADSTS50020: User account '${user.username}' from identity provider '${loginUrl}/${user.tenant.id}/' does not exist in tenant '${authority.name}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.`;
}

/** oidc-provider would serve a metadata document of its own, and say in it what Entra does not. */
const onlyEntraPaths: RequestHandler = (request, response, next) => {
	if (/^\/(oauth2|discovery)\/v2\.0\//.test(request.path)) return next();
	response.status(404).end();
};
