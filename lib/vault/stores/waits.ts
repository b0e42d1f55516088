import { place } from '../cipher';
import type { Database } from '../database';
import { newId } from '../ids';
import type { WaitContent, WaitStore } from '../port';
import { isOfRun, toWait } from './waitRow';
import { waitRuns, type WaitRuns } from './waitRuns';

export function waitStore(database: Database): WaitStore {
	return { ...singleWaits(database), ...waitRuns(database) };
}

function singleWaits({ db, clock, cipher, transaction }: Database): Omit<WaitStore, keyof WaitRuns> {
	return {
		async open({ executionId, nodeName, runIndex, topic, workflowId, workflowName, resumeUrl, limitMs }) {
			const id = newId();
			const fresh = {
				id,
				state: 'running' as const,
				workflowId,
				workflowName,
				sealedContent: await cipher.seal(place.wait(id, topic), JSON.stringify({ resumeUrl } satisfies WaitContent)),
				keyId: cipher.kid,
				settled: 0,
				wakes: 0,
				wakesSeen: 0,
				createdAtMs: clock.nowMs(),
				checkAtMs: clock.nowMs(),
				expiresAtMs: limitMs === 0 ? null : clock.inMs(limitMs),
				dueAtMs: clock.nowMs(),
				claimOwner: null,
				attempts: 0,
				finishedAtMs: null,
			};
			return await transaction(async (tx) => {
				await tx
					.insertInto('waits')
					.values({ executionId, nodeName, runIndex, topic, ...fresh })
					// Asked again by a retry it is the same wait: the time it has left does not begin anew.
					.onConflict((conflict) => conflict.columns(['executionId', 'nodeName', 'runIndex', 'topic']).doUpdateSet(fresh).where('waits.state', '=', 'finished'))
					.execute();
				const row = await tx.selectFrom('waits').selectAll().select(clock.nowMs().as('nowMs')).where(isOfRun({ executionId, nodeName, runIndex })).where('topic', '=', topic).executeTakeFirstOrThrow();
				return toWait(row);
			});
		},

		async openContent(wait) {
			return JSON.parse(await cipher.open(place.wait(wait.id, wait.topic), wait.sealedContent)) as WaitContent;
		},

		async settle(wait, outcome) {
			const { resumeUrl } = await this.openContent(wait);
			const sealedContent = await cipher.seal(place.wait(wait.id, wait.topic), JSON.stringify({ resumeUrl, outcome } satisfies WaitContent));
			await db.updateTable('waits').set({ settled: 1, sealedContent, keyId: cipher.kid }).where('id', '=', wait.id).where('state', '!=', 'finished').execute();
		},

		async wake(topic) {
			const { numUpdatedRows } = await db
				.updateTable('waits')
				.set((eb) => ({ wakes: eb('wakes', '+', 1), dueAtMs: eb.case().when('state', '=', 'waiting').then(clock.nowMs()).else(eb.ref('dueAtMs')).end() }))
				.where('topic', '=', topic)
				.where('state', '!=', 'finished')
				.executeTakeFirst();
			return Number(numUpdatedRows);
		},

		async noteSweeper(ownerKey) {
			await db
				.insertInto('sweepers')
				.values({ ownerKey, seenAtMs: clock.nowMs() })
				.onConflict((conflict) => conflict.column('ownerKey').doUpdateSet({ seenAtMs: clock.nowMs() }))
				.execute();
		},

		async forgetSweeper(ownerKey) {
			await db.deleteFrom('sweepers').where('ownerKey', '=', ownerKey).execute();
		},

		async isSwept(withinMs) {
			const row = await db.selectFrom('sweepers').select('ownerKey').where('seenAtMs', '>', clock.onceInMs(-withinMs)).limit(1).executeTakeFirst();
			return row !== undefined;
		},
	};
}
