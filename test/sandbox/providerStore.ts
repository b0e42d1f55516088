// oidc-provider's persistence in memory, with what a test wants to do to it from outside:
// expire, revoke and list tokens by person. Knows token rows, nothing of HTTP.
import { createHash } from 'node:crypto';
import { Provider, type Adapter, type AdapterPayload, type ClientMetadata } from 'oidc-provider';

export type RevocationReason = 'revokeEndpoint' | 'replay' | 'admin' | 'approvalLimit';

export interface Revocation {
	at: string;
	kind: 'AccessToken' | 'RefreshToken';
	accountId: string;
	sha256Prefix: string;
	reason: RevocationReason;
}

type TokenKind = Revocation['kind'];
const grantable = ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const;
/** Access tokens as JWTs, by `jti`: oidc-provider keeps none of them, so whoever issues them does. */
const jwtAccessToken = 'JwtAccessToken';

export class ProviderStore {
	readonly revocations: Revocation[] = [];
	private readonly models = new Map<string, Map<string, AdapterPayload>>();
	private readonly consents = new Map<string, Set<string>>();

	constructor(private readonly clients: readonly ClientMetadata[]) {}

	/** What oidc-provider asks for, once per model. */
	adapter = (model: string): Adapter => {
		const rows = this.rows(model);
		return {
			// Copies, as a database would give: two requests must not share one row object.
			upsert: async (id, payload) => void rows.set(id, structuredClone(payload)),
			find: async (id) => (model === 'Client' ? this.clients.find((client) => client.client_id === id) : structuredClone(rows.get(id))),
			findByUid: async (uid) => structuredClone([...rows.values()].find((row) => row.uid === uid)),
			findByUserCode: async () => undefined,
			consume: async (id) => {
				const row = rows.get(id);
				if (row) row.consumed = Math.floor(Date.now() / 1000);
			},
			destroy: async (id) => {
				const row = rows.get(id);
				rows.delete(id);
				if (row && isRevocation() && (model === 'AccessToken' || model === 'RefreshToken')) this.record(model, id, row, 'revokeEndpoint');
			},
			// Apart from its revocation endpoint, oidc-provider revokes a whole grant in one case only: a refresh token or a code came a second time.
			revokeByGrantId: async (grantId) => this.revokeGrant(grantId, isRevocation() ? 'revokeEndpoint' : 'replay'),
		};
	};

	/** Kills a grant with all its tokens, and the remembered consent with the last grant of that user and client. */
	revokeGrant(grantId: string, reason: RevocationReason): void {
		const grant = this.rows('Grant').get(grantId);
		for (const [jti, row] of this.rows(jwtAccessToken)) if (row.grantId === grantId) this.rows(jwtAccessToken).delete(jti);
		for (const model of grantable) {
			for (const [id, row] of this.rows(model)) {
				if (row.grantId !== grantId) continue;
				this.rows(model).delete(id);
				// A consumed refresh token was dead already.
				if (model !== 'AuthorizationCode' && !row.consumed) this.record(model, id, row, reason);
			}
		}
		this.rows('Grant').delete(grantId);
		const { accountId, clientId } = grant ?? {};
		if (accountId && clientId && this.liveGrants(accountId, clientId).length === 0) this.consents.delete(`${accountId} ${clientId}`);
	}

	revokeAccessToken(id: string, reason: RevocationReason): void {
		const row = this.rows('AccessToken').get(id);
		if (!row) return;
		this.rows('AccessToken').delete(id);
		this.record('AccessToken', id, row, reason);
	}

	/** As if their lifetime had passed; no revocation. Everybody's without `accountId`. */
	expireAccessTokens(accountId?: string): number {
		let expired = 0;
		// A service's tokens belong to nobody.
		for (const model of ['AccessToken', jwtAccessToken, 'ClientCredentials']) {
			for (const [id, row] of this.rows(model)) {
				if (accountId !== undefined && row.accountId !== accountId) continue;
				this.rows(model).delete(id);
				expired++;
			}
		}
		return expired;
	}

	keepJwt(jti: string, row: AdapterPayload): void {
		this.rows(jwtAccessToken).set(jti, row);
	}

	/** The row of a JWT access token that was issued here, and neither expired nor revoked from outside. */
	findJwt(jti: string): AdapterPayload | undefined {
		return this.rows(jwtAccessToken).get(jti);
	}

	revokeGrants(reason: RevocationReason, accountId?: string): number {
		const grants = [...this.rows('Grant')].filter(([, row]) => accountId === undefined || row.accountId === accountId);
		grants.forEach(([id]) => this.revokeGrant(id, reason));
		for (const key of this.consents.keys()) if (accountId === undefined || key.startsWith(`${accountId} `)) this.consents.delete(key);
		return grants.length;
	}

	/** Whether this refresh token was alive once and taken away, in contrast to a text that never was one. */
	wasRevoked(refreshToken: string): boolean {
		const prefix = sha256Prefix(refreshToken);
		return this.revocations.some((revocation) => revocation.kind === 'RefreshToken' && revocation.sha256Prefix === prefix);
	}

	/** Grants that still have a usable refresh token, oldest first. */
	liveGrants(accountId: string, clientId: string): string[] {
		const live = [...this.rows('RefreshToken').values()].filter((row) => row.accountId === accountId && row.clientId === clientId && !row.consumed);
		const grantIds = new Set(live.map((row) => row.grantId));
		return [...this.rows('Grant').keys()].filter((id) => grantIds.has(id));
	}

	forgetSessions(): void {
		this.rows('Session').clear();
		this.rows('Interaction').clear();
		this.consents.clear();
	}

	rememberConsent(accountId: string, clientId: string, scopes: Iterable<string>): void {
		this.consents.set(`${accountId} ${clientId}`, new Set([...this.consentedScopes(accountId, clientId), ...scopes]));
	}

	consentedScopes(accountId: string, clientId: string): ReadonlySet<string> {
		return this.consents.get(`${accountId} ${clientId}`) ?? new Set();
	}

	private rows(model: string): Map<string, AdapterPayload> {
		let rows = this.models.get(model);
		if (!rows) this.models.set(model, (rows = new Map()));
		return rows;
	}

	private record(kind: TokenKind, token: string, row: AdapterPayload, reason: RevocationReason): void {
		this.revocations.push({ at: new Date().toISOString(), kind, accountId: row.accountId ?? '', sha256Prefix: sha256Prefix(token), reason });
	}
}

function sha256Prefix(token: string): string {
	return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

function isRevocation(): boolean {
	return Provider.ctx?.oidc?.route === 'revocation';
}
