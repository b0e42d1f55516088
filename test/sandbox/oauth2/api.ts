// An API that takes this provider's access tokens: as bearer tokens (RFC 6750), and bound ones with a proof (RFC 9449).
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { findAccessToken, type TokenFacts } from './accessTokens';
import type { OAuth2Context } from './context';
import { dpopAlgorithms, DpopProofs, ProofRefused } from './dpopProof';
import { Items } from './items';

type Scheme = 'Bearer' | 'DPoP';

export function buildApi(context: OAuth2Context, provider: Provider, faults: Faults): Express {
	const { apiUrl, calls, settings } = context;
	const items = new Items();
	const proofs = new DpopProofs(apiUrl, () => settings.apiDpopNonce);
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
	app.use(calls.middleware('api'));
	app.use(faults.middleware('api'));

	// What needs no token stands first; it tells what came along all the same.
	app.all('/redirect', (request, response) => response.redirect(Number(request.query['status'] ?? 302), String(request.query['to'])));
	app.all('/status/:code', (request, response) => void response.status(Number(request.params['code'])).json({ status: Number(request.params['code']) }));
	app.all('/sink', (request, response) => {
		const headers = Object.keys(request.headers).sort();
		calls.annotate(request, { headers });
		response.json({ headers });
	});

	app.use(authenticate(context, provider, proofs));
	app.get('/me', (_request, response) => {
		const { person, clientId, scopes, audience } = tokenOf(response);
		response.json({ user: person?.name ?? null, email: person?.email ?? null, clientId, scopes, tokenType: response.locals['scheme'] as Scheme, audience: audience ?? null });
	});
	app.route('/items')
		.get(needs('read'), (_request, response) => void response.json(items.visibleTo(tokenOf(response).person)))
		.post(needs('write'), express.json({ strict: false }), express.urlencoded({ extended: false }), (request, response) => void response.status(201).json(items.add(tokenOf(response).person, request.body)));
	app.use((_request, response) => void response.status(404).json({ error: 'not_found' }));
	app.use(renderError);
	return app;
}

function authenticate(context: OAuth2Context, provider: Provider, proofs: DpopProofs): RequestHandler {
	return async (request, response, next) => {
		if (context.settings.apiDpopNonce) response.set('DPoP-Nonce', proofs.nonce);
		const [scheme, value] = schemeOf(request);
		// RFC 6750, section 3.1: no error code for whoever did not try.
		if (!scheme) return refuse(response, 'Bearer', 'missing_token', '');
		const token = await findAccessToken(provider, context, value);
		if (!token || (token.audience ?? context.apiUrl) !== context.apiUrl) return refuse(response, scheme, 'invalid_token', 'the access token is expired, revoked, malformed or for somebody else');
		context.calls.annotate(request, { user: token.person?.name ?? null, clientId: token.clientId });
		if (scheme === 'Bearer' && token.jkt !== undefined) return refuse(response, 'DPoP', 'invalid_token', 'the access token is bound to a key');
		if (scheme === 'DPoP') {
			if (token.jkt === undefined) return refuse(response, 'DPoP', 'invalid_token', 'the access token is not bound to a key');
			try {
				await proofs.check(request, value, token.jkt);
			} catch (error) {
				if (error instanceof ProofRefused) return refuse(response, 'DPoP', error.code, error.message);
				throw error;
			}
		}
		response.locals['token'] = token;
		response.locals['scheme'] = scheme;
		next();
	};
}

function schemeOf({ headers }: Request): [Scheme, string] | [undefined, ''] {
	const [, scheme = '', value = ''] = /^(Bearer|DPoP) +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
	return value === '' ? [undefined, ''] : [/^dpop$/i.test(scheme) ? 'DPoP' : 'Bearer', value];
}

function refuse(response: Response, scheme: Scheme, error: string, description: string): void {
	const facts = error === 'missing_token' ? [] : [`error="${error}"`, `error_description="${description}"`];
	if (scheme === 'DPoP') facts.push(`algs="${dpopAlgorithms.join(' ')}"`);
	response
		.status(401)
		.set('WWW-Authenticate', `${scheme} ${['realm="sandbox"', ...facts].join(', ')}`)
		.json({ error, ...(description && { error_description: description }) });
}

/** @see RFC 6750, section 3.1 */
function needs(scope: string): RequestHandler {
	return (_request, response, next) => {
		if (tokenOf(response).scopes.includes(scope)) return next();
		response
			.status(403)
			.set('WWW-Authenticate', `${response.locals['scheme'] as Scheme} realm="sandbox", error="insufficient_scope", scope="${scope}"`)
			.json({ error: 'insufficient_scope', scope });
	};
}

function tokenOf(response: Response): TokenFacts {
	return response.locals['token'] as TokenFacts;
}

const renderError: ErrorRequestHandler = (error: { status?: number; message?: string }, _request, response, _next) => {
	response.status(error.status ?? 500).json({ error: 'server_error', error_description: error.message });
};
