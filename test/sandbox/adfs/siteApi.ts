// SharePoint Server's `_api`, as far as "who am I", for bearer tokens of AD FS that are meant for this site.
import express, { type Express } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { currentUser } from '../sharePointUser';
import { bearerTokenOf } from '../signingKey';
import { accessTokenIssuer, personOf, type AdfsContext } from './context';

export function buildSiteApi({ calls, issuer, signingKey, siteUrl }: AdfsContext, provider: Provider, faults: Faults): Express {
	const app = express().disable('x-powered-by').disable('etag');
	app.use(calls.middleware('api'), faults.middleware('api'));

	app.get('/_api/web/currentuser', async (request, response) => {
		const token = bearerTokenOf(request.headers.authorization);
		const claims = token === undefined ? undefined : await signingKey.open(token);
		const person = personOf(claims?.['upn'] as string | undefined);
		const refuse = (description: string) => void response.status(401).set('WWW-Authenticate', 'NTLM').append('WWW-Authenticate', `Bearer realm="${siteUrl}"`).json({ error: 'invalid_client', error_description: description });
		if (!claims || !person || claims.iss !== accessTokenIssuer(issuer)) return refuse('Invalid issuer or signature.');
		calls.annotate(request, { user: person.name });
		if (claims.aud !== siteUrl) return refuse(`Invalid audience Uri '${String(claims.aud)}'.`);
		if (!(await provider.AccessToken.find(claims.jti ?? ''))?.isValid) return refuse('The token is expired.');
		response.json(currentUser(person, `i:05.t|contoso ad fs|${person.username}`));
	});
	return app;
}
