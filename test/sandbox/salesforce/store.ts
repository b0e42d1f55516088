// oidc-provider's persistence in memory, with what a test wants to do to it from outside:
// expire, revoke and list tokens by person. Knows token rows, nothing of HTTP.
import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';

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
			destroy: async (id) => void rows.delete(id),
			// oidc-provider itself revokes a whole grant in one case only: a refresh token or a code came a second time.
			revokeByGrantId: async (grantId) => this.revokeGrant(grantId, 'replay'),
		};
	};

	/** Kills a grant with all its tokens, and the remembered consent with the last grant of that user and client. */
	revokeGrant(grantId: string, reason: RevocationReason): void {
		const grant = this.rows('Grant').get(grantId);
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
		const tokens = this.rows('AccessToken');
		const expired = [...tokens].filter(([, row]) => accountId === undefined || row.accountId === accountId);
		expired.forEach(([id]) => tokens.delete(id));
		return expired.length;
	}

	revokeGrants(reason: RevocationReason, accountId?: string): number {
		const grants = [...this.rows('Grant')].filter(([, row]) => accountId === undefined || row.accountId === accountId);
		grants.forEach(([id]) => this.revokeGrant(id, reason));
		for (const key of this.consents.keys()) if (accountId === undefined || key.startsWith(`${accountId} `)) this.consents.delete(key);
		return grants.length;
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
		const sha256Prefix = createHash('sha256').update(token).digest('hex').slice(0, 16);
		this.revocations.push({ at: new Date().toISOString(), kind, accountId: row.accountId ?? '', sha256Prefix, reason });
	}
}
