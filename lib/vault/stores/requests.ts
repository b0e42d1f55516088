import { ConnectedAppsError } from '../../errors';
import type { ConnectionId } from '../../types';
import { place } from '../cipher';
import type { Database, Tx } from '../database';
import { newId } from '../ids';
import type { NewSignInRequest, SignInRequestStore } from '../port';
import { assertRoomForNewPeople } from './newPeople';
import type { RequestRow } from '../schema';
import { toRequest } from './requestRow';
import { requestRuns, type RequestRuns } from './requestRuns';

export function requestStore(database: Database): SignInRequestStore {
	return { ...singleRequests(database), ...requestRuns(database) };
}

function singleRequests({ db, clock, cipher, backend, transaction, prepare }: Database): Omit<SignInRequestStore, keyof RequestRuns> {
	const requests = (from: Tx | typeof db = db) => from.selectFrom('requests').selectAll().select(clock.nowMs().as('nowMs'));
	const readForNode = prepare((executionId: string, nodeName: string, runIndex: number) =>
		requests().where('executionId', '=', executionId).where('nodeName', '=', nodeName).where('runIndex', '=', runIndex).orderBy('createdAtMs').orderBy('id'),
	);

	async function countOpen(tx: Tx, userKey: string): Promise<number> {
		const { open } = await tx
			.selectFrom('requests')
			.select((eb) => eb.fn.countAll<number>().as('open'))
			.where('userKey', '=', userKey)
			.where('state', '=', 'open')
			.executeTakeFirstOrThrow();
		return open;
	}

	async function write(tx: Tx, id: string, { resumeUrl, expiresInMs, ...request }: NewSignInRequest) {
		const { executionId, nodeName, runIndex, connectionId, userKey, ...settings } = request;
		const fresh = {
			workflowId: settings.workflowId,
			workflowName: settings.workflowName,
			answer: settings.answer,
			usersHash: settings.usersHash,
			scopes: JSON.stringify(settings.scopes ?? []),
			terms: JSON.stringify(settings.terms ?? {}),
			failureCode: null,
			state: 'open' as const,
			sealedResumeUrl: await cipher.seal(place.resumeUrl(id, request), resumeUrl),
			keyId: cipher.kid,
			browserHash: null,
			handOverHash: null,
			handOverUntilMs: null,
			createdAtMs: clock.nowMs(),
			expiresAtMs: expiresInMs === 0 ? null : clock.inMs(expiresInMs),
			completedAtMs: null,
			timedOut: 0,
			claimOwner: null,
			dueAtMs: clock.nowMs(),
			attempts: 0,
			finishedAtMs: null,
		};
		return await tx
			.insertInto('requests')
			.values({ id, executionId, nodeName, runIndex, connectionId, userKey, ...fresh })
			.onConflict((conflict) => conflict.column('id').doUpdateSet(fresh))
			.returningAll()
			.returning(clock.nowMs().as('nowMs'))
			.executeTakeFirstOrThrow();
	}

	return {
		async open(request, maxOpenPerUser, newPeople) {
			return await transaction(async (tx) => {
				// Always in this order: workflow, then person.
				if (newPeople !== undefined) await backend.lock(tx, `asking:${request.workflowId}`);
				await backend.lock(tx, `user:${request.userKey}`);
				const before = await requests(tx)
					.where('executionId', '=', request.executionId)
					.where('nodeName', '=', request.nodeName)
					.where('runIndex', '=', request.runIndex)
					.where('connectionId', '=', request.connectionId)
					.where('userKey', '=', request.userKey)
					.executeTakeFirst();
				if (before && stands(before)) return { request: toRequest(before), created: false };
				if ((await countOpen(tx, request.userKey)) >= maxOpenPerUser) throw tooMany(maxOpenPerUser);
				if (newPeople !== undefined) await assertRoomForNewPeople(tx, clock, request, newPeople);
				return { request: toRequest(await write(tx, before?.id ?? newId(), request)), created: true };
			});
		},

		async find(id) {
			const row = await requests().where('id', '=', id).executeTakeFirst();
			return row && toRequest(row);
		},

		async listForNode({ executionId, nodeName, runIndex }) {
			return (await readForNode(executionId, nodeName, runIndex)).map(toRequest);
		},

		async listForExecution(executionId) {
			const rows = await requests().where('executionId', '=', executionId).orderBy('createdAtMs', 'desc').orderBy('id', 'desc').execute();
			return rows.map(toRequest);
		},

		async countWaiting(userKey, connectionId) {
			const { waiting } = await db
				.selectFrom('requests')
				.select((eb) => eb.fn.countAll<number>().as('waiting'))
				.where('userKey', '=', userKey)
				.where('state', '=', 'open')
				.where('connectionId', '=', connectionId)
				.executeTakeFirstOrThrow();
			return waiting;
		},

		async listOpen({ connectionIds, userKey }, limit) {
			if (connectionIds?.length === 0) return [];
			const rows = await requests()
				.where('state', '=', 'open')
				.$if(connectionIds !== undefined, (query) => query.where('connectionId', 'in', connectionIds ?? []))
				.$if(userKey !== undefined, (query) => query.where('userKey', '=', userKey ?? ''))
				.orderBy('createdAtMs')
				.orderBy('id')
				.limit(limit)
				.execute();
			return rows.map(toRequest);
		},

		async countOpen(connectionIds) {
			if (connectionIds.length === 0) return [];
			const rows = await db
				.selectFrom('requests')
				.select('connectionId')
				.select((eb) => eb.fn.countAll<number | string>().as('waiting'))
				.where('connectionId', 'in', connectionIds)
				.where('state', '=', 'open')
				.groupBy('connectionId')
				.execute();
			return rows.map(({ connectionId, waiting }) => ({ connectionId: connectionId as ConnectionId, waiting: Number(waiting) }));
		},

		async openResumeUrl(request) {
			return await cipher.open(place.resumeUrl(request.id, request), request.sealedResumeUrl);
		},

		async setHandOver(id, codeHash, ttlMs) {
			await db.updateTable('requests').set({ handOverHash: codeHash, handOverUntilMs: clock.inMs(ttlMs) }).where('id', '=', id).execute();
		},

		async exchangeHandOver(id, codeHash, browserHash) {
			const { numUpdatedRows } = await db
				.updateTable('requests')
				.set({ browserHash, handOverHash: null, handOverUntilMs: null })
				.where('id', '=', id)
				.where('handOverHash', '=', codeHash)
				.where('handOverUntilMs', '>', clock.nowMs())
				.executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async bindBrowser(id, browserHash) {
			await db.updateTable('requests').set({ browserHash }).where('id', '=', id).execute();
		},
	};
}

/**
 * Asked again while it still waits, or after its limit passed (the node must learn that and fail). A claimed one is
 * not: its node runs again, and has found that the grant is lost once more.
 */
function stands({ state, timedOut }: RequestRow): boolean {
	return state === 'open' || state === 'timedOut' || (state === 'resuming' && timedOut === 1);
}

function tooMany(most: number): ConnectedAppsError {
	return new ConnectedAppsError('tooManyRequests', `${most} flow runs wait already for this person to sign in`, {
		advice: 'Let the person sign in once, or cancel the executions that wait.',
	});
}
