// What a test may change at the generic provider and its API.
import { z } from 'zod';

export const oauth2Settings = {
	/** `offlineAccess` as OpenID Connect has it: that scope, and `prompt=consent`. */
	refreshTokens: z.enum(['always', 'offlineAccess', 'never']).default('always'),
	refreshTokenTtlSeconds: z.number().int().positive().default(90 * 86_400),
	idTokenTtlSeconds: z.number().int().positive().default(3_600),
	/** Of access tokens for a `resource`; those without one are always opaque. */
	accessTokenFormat: z.enum(['opaque', 'jwt']).default('opaque'),
	/** Every authorization request needs a page, even of somebody who has consented: `prompt=none` is `interaction_required`. */
	interactionAlways: z.boolean().default(false),
	/** The scopes that a consent grants at most, whatever is asked for; null grants all. */
	grantsOnly: z.array(z.string()).nullable().default(null),
	/** Whether the authorization server demands its nonce in DPoP proofs (RFC 9449, section 8). */
	dpopNonce: z.enum(['off', 'required']).default('off'),
	/** Whether the API demands its nonce in DPoP proofs (RFC 9449, section 9). */
	apiDpopNonce: z.boolean().default(false),
	/** Client credentials without a scope are `invalid_scope`. */
	clientCredentialsNeedScope: z.boolean().default(false),
	/** A JWT bearer assertion needs an earlier consent of its subject to the client or its sibling. */
	jwtBearerNeedsConsent: z.boolean().default(false),
	/** The `token_type` that the token endpoint answers; null is the true one. */
	tokenType: z.string().nullable().default(null),
	/** How the token endpoint writes `expires_in`. */
	expiresInAs: z.enum(['number', 'string', 'absent']).default('number'),
};
