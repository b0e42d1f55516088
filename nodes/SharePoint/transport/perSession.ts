import type { UserSession } from '../../../lib/n8n';

/** What has been found out, kept for one run of the node and one user: people see different things. */
const known = new WeakMap<UserSession, Map<string, Promise<unknown>>>();

/** Asks once per session and key. A failure is not remembered: it may pass. */
export async function oncePerSession<T>(session: UserSession, key: string, ask: () => Promise<T>): Promise<T> {
	const mine = known.get(session) ?? new Map<string, Promise<unknown>>();
	known.set(session, mine);
	let asked = mine.get(key) as Promise<T> | undefined;
	if (asked === undefined) {
		asked = ask();
		asked.catch(() => mine.delete(key));
		mine.set(key, asked);
	}
	return await asked;
}
