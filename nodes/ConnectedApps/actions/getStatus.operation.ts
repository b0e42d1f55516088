import { signInStateOf } from '../../../lib/connections';
import type { Operation } from './operation';

/** One item for the person: whether they are signed in to all of the apps, and to which. */
export const getStatus: Operation = async ({ runtime }, people) => {
	const apps = await Promise.all(
		people.map(async ({ connection, userKey, named: { app, connectionName } }) => {
			const { status, signedIn } = await signInStateOf(runtime.vault, connection, userKey);
			return { app, connectionName, status, signedIn };
		}),
	);
	return [{ user: people[0]?.named.user, signedIn: apps.every(({ signedIn }) => signedIn), apps, missing: apps.filter(({ signedIn }) => !signedIn).map(({ app }) => app) }];
};
