import { ConnectedAppsError } from '../errors';

/** Waits, unless the execution is cancelled meanwhile. @throws ConnectedAppsError `internal` if it is */
export async function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
	assertNotCancelled(signal);
	await new Promise<void>((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', done);
	});
	assertNotCancelled(signal);
}

/** @throws ConnectedAppsError `internal` if the execution is cancelled */
export function assertNotCancelled(signal?: AbortSignal): void {
	if (signal?.aborted === true) throw new ConnectedAppsError('internal', 'The execution was cancelled');
}
