/** How much real memory another process takes, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** The process id of an n8n that runs on this user folder. @throws Error if there is none */
export function n8nProcessId(userFolder: string): number {
	for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
		try {
			const [, script = '', command] = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
			if (/\/bin\/n8n$/.test(script) && command === 'start' && readFileSync(`/proc/${id}/environ`, 'utf8').split('\0').includes(`N8N_USER_FOLDER=${userFolder}`)) return Number(id);
		} catch {
			// It has ended meanwhile, or is another user's.
		}
	}
	throw new Error(`no n8n runs on ${userFolder}`);
}

/** In MB. */
export function residentMb(processId: number): number {
	return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]) / 1_024;
}

/** Looks at a process every 50 ms until it is told to stop, and gives the most it held, in MB. */
export function watchMemory(processId: number): () => number {
	let highest = residentMb(processId);
	const timer = setInterval(() => (highest = Math.max(highest, residentMb(processId))), 50);
	return () => {
		clearInterval(timer);
		return highest;
	};
}
