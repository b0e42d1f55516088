// More than 300 lines in one file: every change of a grant's version and state stands here, so that the fence can be read at once.
import { sql } from 'kysely';

import { ConnectedAppsError, isConnectedAppsError } from '../../errors';
import type { ConnectionId, EncryptedTokens, TokenSet, UseContext, UserKey } from '../../types';
import type { Database, Db, Tx } from '../database';
import type { GrantKey, GrantStore, StoredGrant } from '../port';
import { SETTLED, openTokens, sealTokens, toGrant } from './grantRow';
import { grantLists } from './grantLists';
import { newRevocation, type TokenToRevoke } from './revocations';
import { noteUse } from './usage';

/** How often a write starts over because somebody else changed the grant between reading and writing. */
const ATTEMPTS = 10;

type ReadingStores = Pick<GrantStore, 'find' | 'listByUser' | 'listByConnection' | 'findBySubject' | 'countActive' | 'listExpiring' | 'openTokens'>;
type WritingStores = Pick<GrantStore, 'save' | 'replaceTokens' | 'end'>;
type LeaseStores = Omit<GrantStore, keyof ReadingStores | keyof WritingStores | keyof ReturnType<typeof grantLists>>;

export function grantStore(database: Database): GrantStore {
	const reading = readingGrants(database);
	return { ...reading, ...grantLists(database), ...leasingGrants(database), ...writingGrants(database, reading) };
}

function readingGrants({ db, clock, cipher, prepare }: Database): ReadingStores {
	const grants = () => db.selectFrom('grants').selectAll().select(clock.nowMs().as('nowMs'));
	const readOne = prepare((connectionId: ConnectionId, userKey: UserKey) => grants().where('connectionId', '=', connectionId).where('userKey', '=', userKey));
	return {
		async find({ connectionId, userKey }) {
			const [row] = await readOne(connectionId, userKey);
			return row && toGrant(row);
		},

		async listByUser(userKey, connectionIds) {
			if (connectionIds.length === 0) return [];
			const rows = await grants().where('connectionId', 'in', connectionIds).where('userKey', '=', userKey).execute();
			return rows.map(toGrant);
		},

		async listByConnection(connectionId) {
			return (await grants().where('connectionId', '=', connectionId).orderBy('userKey').execute()).map(toGrant);
		},

		async findBySubject(connectionId, subject) {
			const rows = await grants()
				.where('connectionId', '=', connectionId)
				.where('accountSubject', '=', subject)
				.where('state', '=', 'active')
				.orderBy('userKey')
				.execute();
			return rows.map(toGrant);
		},

		async listExpiring(connectionId, { idleMs, idleSoonMs, absoluteMs, absoluteSoonMs }, limit) {
			const found = new Map<string, StoredGrant>();
			// One clock at a time: each has an index of its own.
			for (const [column, lifetimeMs, soonMs] of [['lastUsedAtMs', idleMs, idleSoonMs], ['connectedAtMs', absoluteMs, absoluteSoonMs]] as const) {
				if (lifetimeMs === 0) continue;
				// The nearer end is the one to tell. Where that is the idle one it is found by its own clock.
				const isNearer = column === 'lastUsedAtMs' || idleMs === 0 ? undefined : sql<boolean>`${sql.ref('lastUsedAtMs')} >= ${sql.ref('connectedAtMs')} + ${Math.trunc(absoluteMs - idleMs)}`;
				const rows = await grants()
					.where('connectionId', '=', connectionId)
					.where('state', '=', 'active')
					.where(column, '<=', clock.onceInMs(soonMs - lifetimeMs))
					.where((eb) =>
						eb.or([
							eb(column, '<=', clock.onceInMs(-lifetimeMs)),
							eb.and([
								eb.or([eb('expiryToldForMs', 'is', null), eb('expiryToldForMs', 'not in', endsOf(idleMs, absoluteMs))]),
								...(isNearer === undefined ? [] : [isNearer]),
							]),
						]),
					)
					.orderBy(column)
					.limit(limit)
					.execute();
				for (const row of rows) found.set(row.userKey, toGrant(row));
			}
			return [...found.values()].slice(0, limit);
		},

		async countActive(connectionId) {
			const { count } = await db.selectFrom('grants').select((eb) => eb.fn.countAll<number | string>().as('count')).where('connectionId', '=', connectionId).where('state', '=', 'active').executeTakeFirstOrThrow();
			return Number(count);
		},

		async openTokens(grant) {
			if (!hasTokens(grant)) throw new ConnectedAppsError('authenticationNeeded', 'This grant has ended and holds no tokens');
			return await openTokens(cipher, grant);
		},
	};
}

function leasingGrants({ db, clock, transaction }: Database): LeaseStores {
	const update = (key: GrantKey) => of(db, key).where('state', '=', 'active');
	const addUse = async (from: Db | Tx, key: GrantKey, count: number, use: UseContext) => {
		const { numUpdatedRows } = await of(from, key)
			.where('state', '=', 'active')
			.set((eb) => ({ useCount: eb('useCount', '+', count), lastUsedAtMs: clock.nowMs(), lastUse: JSON.stringify(use) }))
			.executeTakeFirst();
		if (numUpdatedRows > 0n) await noteUse(from, clock, key, count, use);
	};
	return {
		async acquireLease(key, owner, leaseMs) {
			const row = await update(key)
				.set({ leaseOwner: owner, leaseUntilMs: clock.inMs(leaseMs) })
				.where((eb) => eb.or([eb('leaseUntilMs', 'is', null), eb('leaseUntilMs', '<=', clock.nowMs())]))
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.executeTakeFirst();
			return row && toGrant(row);
		},

		async renewLease(key, owner, leaseMs) {
			const { numUpdatedRows } = await update(key)
				.set({ leaseUntilMs: clock.inMs(leaseMs) })
				.where('leaseOwner', '=', owner)
				.where('leaseUntilMs', '>', clock.nowMs())
				.executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async releaseLease(key, owner) {
			await of(db, key).set({ leaseOwner: null, leaseUntilMs: null }).where('leaseOwner', '=', owner).execute();
		},

		async markRefreshStarted(key, version) {
			const { numUpdatedRows } = await update(key).set({ refreshStartedVersion: version }).where('version', '=', version).executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async recordFailure(key, version, code, coolDownMs, answerMayBeLost = false) {
			await update(key)
				.set((eb) => ({
					coolDownUntilMs: clock.inMs(coolDownMs),
					failureCount: eb('failureCount', '+', 1),
					lastFailureCode: code,
					refreshStartedVersion: answerMayBeLost ? version : null,
				}))
				.where('version', '=', version)
				.execute();
		},

		async learnExpiry(key, version, accessExpiresAtMs) {
			await update(key).set({ accessExpiresAtMs: Math.trunc(accessExpiresAtMs) }).where('version', '=', version).execute();
		},

		async expireAccessToken(key, version) {
			await update(key).set({ accessExpiresAtMs: clock.nowMs() }).where('version', '=', version).execute();
		},

		async markExpiryTold(key, expiresAtMs) {
			const atMs = Math.trunc(expiresAtMs);
			const { numUpdatedRows } = await update(key)
				.set({ expiryToldForMs: atMs })
				.where((eb) => eb.or([eb('expiryToldForMs', 'is', null), eb('expiryToldForMs', '<>', atMs)]))
				.executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async recordUse(key, count, use) {
			await addUse(db, key, count, use);
		},

		async recordUses(uses) {
			await transaction(async (tx) => {
				for (const { key, count, use } of uses) await addUse(tx, key, count, use);
			});
		},
	};
}

function writingGrants({ db, clock, cipher, transaction }: Database, { find }: ReadingStores): WritingStores {
	/** Decrypts what is about to be dropped; a row that does not open must not keep its owner from going on. */
	async function tokensOf(grant: StoredGrant | undefined): Promise<TokenSet | undefined> {
		if (!grant || !hasTokens(grant)) return undefined;
		try {
			return await openTokens(cipher, grant);
		} catch (error) {
			if (isConnectedAppsError(error, 'vaultKeyWrong')) return undefined;
			throw error;
		}
	}

	async function queued(key: GrantKey, token: TokenToRevoke | undefined) {
		return token && (await newRevocation(cipher, key, token));
	}

	return {
		// The version is part of the seal: it must be known before writing. So: read, seal for the next version, write
		// only if nothing has changed meanwhile; else start over.
		async save(key, tokens, account, { revokeReplaced }) {
			for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
				const before = await find(key);
				const replaced = revokeReplaced ? (await tokensOf(before))?.refreshToken : undefined;
				const revocation = await queued(
					key,
					replaced !== undefined && replaced !== tokens.refreshToken ? { token: replaced, tokenTypeHint: 'refresh_token' } : undefined,
				);
				const values = {
					...(await sealTokens(cipher, key, (before?.version ?? 0) + 1, tokens)),
					...SETTLED,
					state: 'active' as const,
					endReason: null,
					endedAtMs: null,
					account: JSON.stringify(account),
					accountSubject: account.subject,
					connectedAtMs: clock.nowMs(),
					lastUsedAtMs: clock.nowMs(),
					lastUse: null,
					useCount: 0,
					expiryToldForMs: null,
				};
				const row = await transaction(async (tx) => {
					const written = before
						? await of(tx, key).set(values).where('version', '=', before.version).returningAll().returning(clock.nowMs().as('nowMs')).executeTakeFirst()
						: await tx
								.insertInto('grants')
								.values({ connectionId: key.connectionId, userKey: key.userKey, ...values })
								.onConflict((conflict) => conflict.doNothing())
								.returningAll()
								.returning(clock.nowMs().as('nowMs'))
								.executeTakeFirst();
					if (written && revocation) await tx.insertInto('revocations').values({ ...revocation, createdAtMs: clock.nowMs(), dueAtMs: clock.nowMs() }).execute();
					return written;
				});
				if (row) return toGrant(row);
			}
			throw keepsChanging();
		},

		async replaceTokens(key, version, tokens) {
			const row = await of(db, key)
				.set({ ...(await sealTokens(cipher, key, version + 1, tokens)), ...SETTLED })
				.where('version', '=', version)
				.where('state', '=', 'active')
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.executeTakeFirst();
			return row && toGrant(row);
		},

		async end(key, reason, { version, revoke }) {
			for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
				const before = await find(key);
				if (before === undefined || (version !== undefined && before.version !== version)) return undefined;
				if (before.state === 'ended') {
					if (reason !== 'disconnected' || before.endReason === 'disconnected') return undefined;
					// The person forgets an account whose grant had ended by itself: the next sign-in may bring another one.
					const row = await of(db, key).set({ endReason: reason, version: before.version + 1 }).where('version', '=', before.version).returningAll().returning(clock.nowMs().as('nowMs')).executeTakeFirst();
					if (row) return toGrant(row);
					continue;
				}
				const tokens = revoke ? await tokensOf(before) : undefined;
				const revocation = await queued(key, tokens && tokenToRevoke(tokens));
				const row = await transaction(async (tx) => {
					const ended = await of(tx, key)
						.set({
							...SETTLED,
							version: before.version + 1,
							state: 'ended',
							endReason: reason,
							endedAtMs: clock.nowMs(),
							sealedTokens: null,
							keyId: null,
							accessTokenHash: null,
							accessExpiresAtMs: null,
						})
						.where('version', '=', before.version)
						.where('state', '=', 'active')
						.returningAll()
						.returning(clock.nowMs().as('nowMs'))
						.executeTakeFirst();
					if (ended && revocation) await tx.insertInto('revocations').values({ ...revocation, createdAtMs: clock.nowMs(), dueAtMs: clock.nowMs() }).execute();
					return ended;
				});
				if (row) return toGrant(row);
			}
			throw keepsChanging();
		},
	};
}

function of(db: Db, { connectionId, userKey }: GrantKey) {
	return db.updateTable('grants').where('connectionId', '=', connectionId).where('userKey', '=', userKey);
}

/** The ends that a grant's clocks give: the one that was told is one of them unless a use has moved it. */
function endsOf(idleMs: number, absoluteMs: number) {
	return [
		...(idleMs > 0 ? [sql<number>`${sql.ref('lastUsedAtMs')} + ${Math.trunc(idleMs)}`] : []),
		...(absoluteMs > 0 ? [sql<number>`${sql.ref('connectedAtMs')} + ${Math.trunc(absoluteMs)}`] : []),
	];
}

function hasTokens(grant: StoredGrant): grant is StoredGrant & { sealedTokens: EncryptedTokens } {
	return grant.sealedTokens !== undefined;
}

function tokenToRevoke({ refreshToken, accessToken }: TokenSet): TokenToRevoke {
	return refreshToken === undefined ? { token: accessToken, tokenTypeHint: 'access_token' } : { token: refreshToken, tokenTypeHint: 'refresh_token' };
}

function keepsChanging(): ConnectedAppsError {
	return new ConnectedAppsError('internal', `A grant was changed by others ${ATTEMPTS} times while it was to be written`);
}
