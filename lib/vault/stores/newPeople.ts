import { HOUR_MS } from '../../clock';
import { ConnectedAppsError } from '../../errors';
import type { DatabaseClock, Tx } from '../database';
import type { NewPeopleBounds, NewSignInRequest } from '../port';

/** How many of a workflow's requests are of people who never connected the app that they are about. No more than `most` are looked for. */
async function requestsOfNewPeople(tx: Tx, clock: DatabaseClock, workflowId: string, which: 'open' | 'lastHour', most: number): Promise<number> {
	const found = await tx
		.selectFrom('requests')
		.select('requests.id')
		.where('requests.workflowId', '=', workflowId)
		.$if(which === 'open', (query) => query.where('requests.state', '=', 'open'))
		.$if(which === 'lastHour', (query) => query.where('requests.createdAtMs', '>', clock.onceInMs(-HOUR_MS)))
		.where(({ exists, not, selectFrom }) =>
			not(exists(selectFrom('grants').select('grants.userKey').whereRef('grants.connectionId', '=', 'requests.connectionId').whereRef('grants.userKey', '=', 'requests.userKey'))),
		)
		.limit(most)
		.execute();
	return found.length;
}

async function isKnown(tx: Tx, { connectionId, userKey }: NewSignInRequest): Promise<boolean> {
	return (await tx.selectFrom('grants').select('userKey').where('connectionId', '=', connectionId).where('userKey', '=', userKey).executeTakeFirst()) !== undefined;
}

/**
 * Whoever has connected the app before is real: they are never held up by those whom somebody makes up.
 * @throws ConnectedAppsError `tooManyRequests`
 */
export async function assertRoomForNewPeople(tx: Tx, clock: DatabaseClock, request: NewSignInRequest, { perHour, waiting }: NewPeopleBounds): Promise<void> {
	if (await isKnown(tx, request)) return;
	if ((await requestsOfNewPeople(tx, clock, request.workflowId, 'lastHour', perHour)) >= perHour) {
		throw tooMany(`This workflow has asked ${perHour} people within an hour who never connected the app`, 'then wait an hour');
	}
	if ((await requestsOfNewPeople(tx, clock, request.workflowId, 'open', waiting)) >= waiting) {
		throw tooMany(`${waiting} people who never connected the app are waited for by this workflow`, 'then cancel executions that wait');
	}
}

function tooMany(problem: string, advice: string): ConnectedAppsError {
	return new ConnectedAppsError('tooManyRequests', problem, {
		field: 'user',
		advice: `Make sure that nobody can make up users here, ${advice}, or raise CONNECTED_APPS_NEW_PEOPLE_PER_HOUR`,
	});
}
