import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ConnectedAppsError } from '../errors';

/** The first n8n that can run a waiting node again in the way this package needs. */
export const MINIMUM_N8N_VERSION = '2.20.0';

/** The version of the n8n that runs this process; undefined if it cannot be told. */
export function readHostVersion(mainFile: string | undefined = process.argv[1]): string | undefined {
	if (mainFile === undefined) return undefined;
	let directory = dirname(mainFile);
	for (let up = 0; up < 8; up++) {
		for (const candidate of [join(directory, 'package.json'), join(directory, 'n8n', 'package.json')]) {
			try {
				const { name, version } = JSON.parse(readFileSync(candidate, 'utf8')) as { name?: string; version?: string };
				if (name === 'n8n' && version !== undefined) return version;
			} catch {
				// Not here: look one folder up.
			}
		}
		directory = dirname(directory);
	}
	return undefined;
}

function isOlder(version: string, minimum: string): boolean {
	const [a, b] = [version, minimum].map((text) => text.split('-')[0]?.split('.').map(Number) ?? []);
	for (let part = 0; part < 3; part++) {
		const difference = (a?.[part] ?? 0) - (b?.[part] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return false;
}

/**
 * A package cannot declare a minimum n8n version that n8n enforces: it is told at publishing.
 * @throws ConnectedAppsError `n8nTooOld`
 */
export function assertHostVersion(version: string | undefined = readHostVersion()): void {
	if (version !== undefined && isOlder(version, MINIMUM_N8N_VERSION)) {
		throw new ConnectedAppsError('n8nTooOld', `This n8n (${version}) cannot run a paused node again`, { advice: `Update n8n to ${MINIMUM_N8N_VERSION} or newer` });
	}
}
