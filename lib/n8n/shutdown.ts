let shuttingDown = false;
let watching = false;

/**
 * Tells a stopping n8n from an unpublished workflow: n8n closes its triggers in both cases. It listens only where n8n itself
 * does, because a first listener would keep the signal from ending the process.
 */
export function watchShutdown(): void {
	if (watching) return;
	watching = true;
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		if (process.listenerCount(signal) > 0) {
			process.prependOnceListener(signal, () => {
				shuttingDown = true;
			});
		}
	}
}

export function isShuttingDown(): boolean {
	return shuttingDown;
}
