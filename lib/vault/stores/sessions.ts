import { sql } from 'kysely';

import type { SessionIdentity } from '../../types';
import { place } from '../cipher';
import type { Database } from '../database';
import { sha256 } from '../keys';
import type { PortalSession, SessionStore } from '../port';
import type { SessionRow } from '../schema';
import { openOrUnknown } from './sealedRows';

/** Of rows of version 2, which knew no other way than these two. */
const OLD_METHOD = 'account';

type AtProvider = Pick<SessionRow, 'subjectHash' | 'providerSessionHash'>;

const hashOf = (name: string | undefined): string | null => (name === undefined ? null : sha256(name));

/** Only a sign-in at the portal's own provider is ended from there. */
function atProviderOf({ method, person, providerSession }: SessionIdentity): AtProvider {
	if (method !== 'openId' || person === undefined) return { subjectHash: null, providerSessionHash: null };
	return { subjectHash: sha256(person.subject), providerSessionHash: hashOf(providerSession) };
}

export function sessionStore({ db, clock, cipher }: Database): SessionStore {
	async function opened(row: SessionRow): Promise<PortalSession | undefined> {
		const { idHash, portalId, createdAtMs, lastSeenAtMs } = row;
		const identity = await openOrUnknown<Partial<SessionIdentity> & Pick<SessionIdentity, 'userKey'>>(cipher, place.session(idHash, portalId), row.sealedUser);
		return identity && { method: OLD_METHOD, claims: {}, ...identity, idHash, portalId, createdAtMs, lastSeenAtMs };
	}

	async function rememberEnded(portalId: string, ended: AtProvider, rememberMs: number): Promise<void> {
		const instants = { endedAtMs: clock.nowMs(), expiresAtMs: clock.inMs(rememberMs) };
		await db
			.insertInto('endedSignIns')
			.values({ idHash: sha256(JSON.stringify([portalId, ended.subjectHash, ended.providerSessionHash])), portalId, ...ended, ...instants })
			.onConflict((conflict) => conflict.column('idHash').doUpdateSet(instants))
			.execute();
	}

	/** The same question as that of `deleteByProvider`, asked from the other side. */
	async function isEndedSince(portalId: string, { subjectHash, providerSessionHash }: AtProvider, startedAtMs: number): Promise<boolean> {
		if (subjectHash === null) return false;
		const row = await db
			.selectFrom('endedSignIns')
			.select('idHash')
			.where('portalId', '=', portalId)
			.where('endedAtMs', '>=', startedAtMs)
			.where((eb) => eb.or([eb('subjectHash', 'is', null), eb('subjectHash', '=', subjectHash)]))
			.where((eb) => eb.or([eb('providerSessionHash', 'is', null), providerSessionHash === null ? eb('subjectHash', 'is not', null) : eb('providerSessionHash', '=', providerSessionHash)]))
			.limit(1)
			.executeTakeFirst();
		return row !== undefined;
	}

	const living = (portalId: string) => db.selectFrom('sessions').selectAll().where('portalId', '=', portalId).where('idleUntilMs', '>', clock.nowMs()).where('absoluteUntilMs', '>', clock.nowMs()).orderBy('lastSeenAtMs', 'desc').orderBy('idHash');
	const openAll = async (rows: SessionRow[]) => (await Promise.all(rows.map(opened))).filter((session) => session !== undefined);

	return {
		async create(idHash, portalId, identity, { idleMs, absoluteMs }, startedAtMs) {
			const atProvider = atProviderOf(identity);
			const sealedUser = await cipher.seal(place.session(idHash, portalId), JSON.stringify(identity));
			await db
				.insertInto('sessions')
				.values({
					idHash,
					portalId,
					sealedUser,
					userHash: sha256(identity.userKey),
					...atProvider,
					createdAtMs: clock.nowMs(),
					lastSeenAtMs: clock.nowMs(),
					idleMs: Math.trunc(idleMs),
					idleUntilMs: clock.inMs(idleMs),
					absoluteUntilMs: clock.inMs(absoluteMs),
				})
				.execute();
			// Now that it stands there: see `deleteByProvider`.
			if (startedAtMs === undefined || !(await isEndedSince(portalId, atProvider, startedAtMs))) return true;
			await db.deleteFrom('sessions').where('idHash', '=', idHash).execute();
			return false;
		},

		async touch(idHash, portalId) {
			const row = await db
				.updateTable('sessions')
				.set((eb) => ({ lastSeenAtMs: clock.nowMs(), idleUntilMs: sql<number>`${clock.nowMs()} + ${eb.ref('idleMs')}` }))
				.where('idHash', '=', idHash)
				.where('portalId', '=', portalId)
				.where('idleUntilMs', '>', clock.nowMs())
				.where('absoluteUntilMs', '>', clock.nowMs())
				.returningAll()
				.executeTakeFirst();
			return row && (await opened(row));
		},

		async find(idHash, portalId) {
			const row = await living(portalId).where('idHash', '=', idHash).executeTakeFirst();
			return row && (await opened(row));
		},

		async list(portalId, limit, after) {
			const sessions: PortalSession[] = [];
			// What a lost key has sealed is left out, and must not end the list.
			for (let last = after; ; ) {
				const missing = limit - sessions.length;
				const rows = await living(portalId)
					.$if(last !== undefined, (query) => query.where((eb) => eb.or([eb('lastSeenAtMs', '<', last!.lastSeenAtMs), eb.and([eb('lastSeenAtMs', '=', last!.lastSeenAtMs), eb('idHash', '>', last!.idHash)])])))
					.limit(missing)
					.execute();
				sessions.push(...(await openAll(rows)));
				if (rows.length < missing || sessions.length === limit) return sessions;
				last = rows.at(-1);
			}
		},

		async listByUser(portalId, userKey) {
			return await openAll(await living(portalId).where('userHash', '=', sha256(userKey)).execute());
		},

		async delete(idHash, portalId) {
			const query = db.deleteFrom('sessions').where('idHash', '=', idHash);
			const { numDeletedRows } = await (portalId === undefined ? query : query.where('portalId', '=', portalId)).executeTakeFirst();
			return numDeletedRows > 0n;
		},

		async deleteByUser(portalId, userKey, except) {
			const query = db.deleteFrom('sessions').where('portalId', '=', portalId).where('userHash', '=', sha256(userKey));
			const { numDeletedRows } = await (except === undefined ? query : query.where('idHash', '!=', except)).executeTakeFirst();
			return Number(numDeletedRows);
		},

		async deleteByProvider(portalId, { subject, sessionId }, rememberMs) {
			if (subject === undefined && sessionId === undefined) return [];
			// By itself, and first: whoever makes a session meanwhile either finds it, or the session is found here.
			await rememberEnded(portalId, { subjectHash: hashOf(subject), providerSessionHash: hashOf(sessionId) }, rememberMs);
			const rows = await db
				.deleteFrom('sessions')
				.where('portalId', '=', portalId)
				.where('idleUntilMs', '>', clock.nowMs())
				.where('absoluteUntilMs', '>', clock.nowMs())
				.$if(subject !== undefined, (query) => query.where('subjectHash', '=', sha256(subject!)))
				// A session of this person whose sign-in has no name may be the one: rather one too many ends.
				.$if(sessionId !== undefined, (query) => query.where((eb) => eb.or([eb('providerSessionHash', '=', sha256(sessionId!)), ...(subject === undefined ? [] : [eb('providerSessionHash', 'is', null)])])))
				.returningAll()
				.execute();
			return await openAll(rows);
		},
	};
}
