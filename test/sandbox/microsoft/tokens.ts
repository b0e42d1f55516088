// Access and ID tokens as Entra writes them. Each access token bears the value of oidc-provider's own (`uti`), which
// never leaves this server otherwise: so a token can be expired and revoked like any other.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Provider } from 'oidc-provider';
import type { MicrosoftContext } from './context';
import { contoso, userOfAccount, type DirectoryUser } from './directory';
import type { Resource } from './resources';

export function issuerOf(loginUrl: string, tenantId: string): string {
	return `${loginUrl}/${tenantId}/v2.0`;
}

/** Another one for each app, so that apps cannot compare notes. */
function pairwiseSubject({ oid }: DirectoryUser, clientId: string): string {
	return createHash('sha256').update(`${oid} ${clientId}`).digest('base64url');
}

function personal(user: DirectoryUser, clientId: string): JWTPayload {
	return { oid: user.oid, sub: pairwiseSubject(user, clientId), name: `${user.givenName} ${user.familyName}`, preferred_username: user.username };
}

interface AccessTokenFacts {
	readonly clientId: string;
	readonly proof: string;
	readonly audience: string;
	readonly expiresInSeconds: number;
	readonly uti: string;
}

function common({ loginUrl }: MicrosoftContext, tenantId: string, { clientId, proof, audience, expiresInSeconds, uti }: AccessTokenFacts): JWTPayload {
	const now = Math.floor(Date.now() / 1000);
	// A token that has expired already was once valid for an hour.
	const from = Math.min(now, now + expiresInSeconds - 3_600);
	return { aud: audience, iss: issuerOf(loginUrl, tenantId), iat: from, nbf: from, exp: now + expiresInSeconds, appid: clientId, azp: clientId, appidacr: proof, azpacr: proof, tid: tenantId, uti, ver: '2.0' };
}

export function signUserToken(context: MicrosoftContext, user: DirectoryUser, scopeNames: readonly string[], facts: AccessTokenFacts): Promise<string> {
	const { username } = user;
	return context.signingKey.sign({ ...common(context, user.tenant.id, facts), ...personal(user, facts.clientId), unique_name: username, upn: username, idtyp: 'user', scp: scopeNames.join(' ') });
}

export function signAppToken(context: MicrosoftContext, resource: Resource, facts: AccessTokenFacts): Promise<string> {
	const servicePrincipal = 'c0ffee00-0000-4000-8000-000000000001';
	return context.signingKey.sign({ ...common(context, contoso.id, facts), oid: servicePrincipal, sub: servicePrincipal, idtyp: 'app', roles: resource.roles });
}

/**
 * oidc-provider's ID token in Entra's form: the issuer is the user's own tenant, wherever the sign-in began.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 */
export async function rewriteIdToken({ loginUrl, signingKey }: MicrosoftContext, idToken: string, user: DirectoryUser, clientId: string, oidc: ReadonlySet<string>): Promise<string> {
	const { aud, exp, iat, nonce } = (await signingKey.open(idToken))!;
	const { sub, ...profile } = personal(user, clientId);
	return signingKey.sign({
		...{ aud, iss: issuerOf(loginUrl, user.tenant.id), iat, nbf: iat, exp, sub, tid: user.tenant.id, uti: randomUUID(), ver: '2.0' },
		...(nonce !== undefined && { nonce }),
		...(oidc.has('profile') && profile),
		// Whatever stands in the directory: nobody has verified it, and no `email_verified` says so.
		...(oidc.has('email') && { email: user.email }),
	});
}

export interface ReadToken {
	readonly claims: JWTPayload & { appidacr?: string; idtyp?: string; oid?: string; roles?: string[]; scp?: string; tid?: string; uti?: string };
	readonly user?: DirectoryUser;
	readonly scopes: ReadonlySet<string>;
	readonly isExpired: boolean;
}

/** What an API reads in a token; undefined for text that this server did not sign. Audiences are the API's own business. */
export async function readToken({ signingKey }: MicrosoftContext, provider: Provider, jwt: string): Promise<ReadToken | undefined> {
	const claims: ReadToken['claims'] | undefined = await signingKey.open(jwt);
	if (!claims) return undefined;
	const uti = claims.uti ?? '';
	const isAlive = (await provider.AccessToken.find(uti))?.isValid || (await provider.ClientCredentials.find(uti))?.isValid;
	const isExpired = !isAlive || (claims.exp ?? 0) <= Date.now() / 1000;
	return { claims, user: claims.idtyp === 'user' ? userOfAccount(claims.oid) : undefined, scopes: new Set(claims.scp?.split(' ')), isExpired };
}
