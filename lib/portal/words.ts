// Times, clocks and flows as people read them.
import { endsOf, type ConnectedApp } from '../connections';
import { texts } from './texts';

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

export const formatTime = (atMs: number): string => `${TIME.format(atMs)} UTC`;
export const formatDate = (atMs: number): string => DATE.format(atMs);

/** Until when a sign-in lasts: the clock that slides with every use, and the one that does not. */
export function validityInWords({ connection, grant }: ConnectedApp): string | undefined {
	if (grant?.state !== 'active') return undefined;
	const { idleMs, absoluteMs } = endsOf(connection, grant);
	const t = texts.connectedApps.validity;
	if (idleMs === undefined) return absoluteMs === undefined ? t.always : t.absolute(formatDate(absoluteMs));
	// Used or not, it ends before the other clock would.
	if (absoluteMs !== undefined && absoluteMs <= idleMs) return t.absolute(formatDate(absoluteMs));
	return absoluteMs === undefined ? t.idle(formatDate(idleMs)) : t.both(formatDate(idleMs), formatDate(absoluteMs));
}

/** Names of the flows, each once. */
export function flowNames(flows: readonly { workflowName: string }[]): string[] {
	return [...new Set(flows.map(({ workflowName }) => workflowName).filter((name) => name !== ''))];
}
