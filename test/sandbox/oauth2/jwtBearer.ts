// The JWT bearer grant: a signed assertion instead of a login.
// @see RFC 7523, section 3
import { compactVerify, createLocalJWKSet, errors as jose, type JSONWebKeySet } from 'jose';
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { people, type Person } from '../people';
import { jwtBearerGrant, siblingsOf } from './clients';
import { apiScopes, personOf, subjectOf, type OAuth2Context } from './context';
import { answerWithAccessToken } from './issueAccessToken';

const longestSeconds = 300;
const clockSkewSeconds = 60;

type Parameters = { assertion?: string };

export function registerJwtBearer(provider: Provider, context: OAuth2Context): void {
	provider.registerGrantType<Parameters>(
		jwtBearerGrant,
		async (ctx) => {
			const person = await subjectOfAssertion(provider, ctx, context);
			context.calls.annotate(ctx.req, { user: person.name });
			await answerWithAccessToken(provider, ctx, { person, grantType: jwtBearerGrant, defaultScopes: ['read'], allowedScopes: ['openid', 'email', 'profile', ...apiScopes] });
		},
		['assertion', 'scope', 'resource'],
		['resource'],
	);
}

async function subjectOfAssertion(provider: Provider, ctx: TokenEndpointGrantContext<Parameters>, { issuer, settings, store }: OAuth2Context): Promise<Person> {
	const { client, params } = ctx.oidc;
	if (!params.assertion) throw new errors.InvalidRequest("missing required parameter 'assertion'");
	const claims = await verify(params.assertion, client.jwks as JSONWebKeySet);
	const now = Math.floor(Date.now() / 1000);
	const { aud, exp, iat, iss, jti, nbf, sub } = claims;
	if (iss !== client.clientId) throw refused('iss must be the client_id');
	// One address as text: a list would let one assertion be used in several places.
	if (aud !== issuer && aud !== `${issuer}/token`) throw refused('aud must be the token endpoint or the issuer');
	if (typeof exp !== 'number' || exp <= now) throw refused('the assertion has expired');
	if (exp > now + longestSeconds) throw refused('exp is too far in the future');
	if (typeof iat !== 'number' || iat > now + clockSkewSeconds) throw refused('iat is missing or in the future');
	if (nbf !== undefined && !(Number(nbf) <= now + clockSkewSeconds)) throw refused('the assertion is not valid yet');
	if (typeof jti !== 'string' || jti === '') throw refused('jti is missing');
	if (!(await provider.ReplayDetection.unique(client.clientId, jti, exp))) throw refused('the assertion was used before');
	const person = personOf(String(sub)) ?? people.find(({ email }) => email === sub);
	if (!person) throw refused('sub is not known');
	const consented = (siblingsOf[client.clientId] ?? []).some((sibling) => store.consentedScopes(subjectOf(person), sibling).size > 0);
	if (settings.jwtBearerNeedsConsent && !consented) throw refused('consent_required: the user has not approved this client');
	return person;
}

async function verify(assertion: string, jwks: JSONWebKeySet): Promise<Record<string, unknown>> {
	try {
		const { payload } = await compactVerify(assertion, createLocalJWKSet(jwks), { algorithms: ['RS256', 'PS256', 'ES256'] });
		return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
	} catch (error) {
		if (error instanceof jose.JOSEError || error instanceof SyntaxError) throw refused('the signature does not match a registered key');
		throw error;
	}
}

function refused(description: string): Error {
	return new errors.CustomOIDCProviderError('invalid_grant', description);
}
