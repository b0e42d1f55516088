// Token exchange: a person's token of this issuer becomes a token for the API.
// @see RFC 8693, section 2
import { errors as jose, jwtVerify } from 'jose';
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import type { Person } from '../people';
import { findAccessToken, issuerPublicKey } from './accessTokens';
import { tokenExchangeGrant } from './clients';
import { apiScopes, personOf, type OAuth2Context } from './context';
import { answerWithAccessToken } from './issueAccessToken';

const tokenType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;

const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'actor_token', 'actor_token_type'] as const;
type Parameters = Partial<Record<(typeof parameters)[number], string>>;

export function registerTokenExchange(provider: Provider, context: OAuth2Context): void {
	provider.registerGrantType<Parameters>(
		tokenExchangeGrant,
		async (ctx) => {
			const { params } = ctx.oidc;
			if (params.actor_token !== undefined || params.actor_token_type !== undefined) throw new errors.InvalidRequest('actor_token is not supported');
			if ((params.requested_token_type ?? tokenType('access_token')) !== tokenType('access_token')) throw new errors.InvalidRequest('requested_token_type is not supported');
			if (params.audience !== undefined && params.audience !== context.apiUrl) throw new errors.InvalidTarget();
			if (params.audience !== undefined) params.resource ??= context.apiUrl;
			const person = await subjectOfToken(provider, ctx, context);
			context.calls.annotate(ctx.req, { user: person.name });
			await answerWithAccessToken(provider, ctx, { person, grantType: tokenExchangeGrant, defaultScopes: ['read'], allowedScopes: apiScopes, issuedTokenType: tokenType('access_token') });
		},
		[...parameters, 'scope', 'resource'],
		['resource'],
	);
}

/** Whatever is wrong with the subject token is `invalid_request` (RFC 8693, section 2.2.2). */
async function subjectOfToken(provider: Provider, ctx: TokenEndpointGrantContext<Parameters>, context: OAuth2Context): Promise<Person> {
	const { subject_token, subject_token_type } = ctx.oidc.params;
	if (!subject_token || !subject_token_type) throw new errors.InvalidRequest('subject_token and subject_token_type are required');
	const person = await personBehind(provider, context, subject_token, subject_token_type);
	if (!person) throw new errors.InvalidRequest('subject_token is expired, revoked, not of this issuer or not of a person');
	return person;
}

async function personBehind(provider: Provider, context: OAuth2Context, token: string, type: string): Promise<Person | undefined> {
	switch (type) {
		case tokenType('access_token'):
			return personOfAccessToken(provider, context, token);
		case tokenType('id_token'):
			return personOfIdToken(context, token);
		case tokenType('jwt'):
			return (await personOfIdToken(context, token)) ?? personOfAccessToken(provider, context, token);
		default:
			throw new errors.InvalidRequest('subject_token_type is not supported');
	}
}

async function personOfAccessToken(provider: Provider, context: OAuth2Context, token: string): Promise<Person | undefined> {
	const found = await findAccessToken(provider, context, token);
	// A bound token proves nothing in the hands of another client.
	return found?.jkt === undefined ? found?.person : undefined;
}

async function personOfIdToken({ issuer }: OAuth2Context, token: string): Promise<Person | undefined> {
	try {
		const { payload, protectedHeader } = await jwtVerify(token, issuerPublicKey, { issuer, algorithms: ['RS256'] });
		return protectedHeader.typ === 'at+jwt' ? undefined : personOf(payload.sub);
	} catch (error) {
		if (error instanceof jose.JOSEError) return undefined;
		throw error;
	}
}
