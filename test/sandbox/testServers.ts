// The servers of one played provider, for the tests beside it.
import { CallLog } from './calls';
import { Faults } from './faults';
import { openLoopback, type LoopbackServer } from './loopback';
import { defaultSettings, type SandboxSettings } from './settings';

export interface StartOptions {
	calls: CallLog;
	faults: Faults;
	settings: SandboxSettings;
	redirectUris: readonly string[];
}

/** As many servers on free ports as the provider wants, and the rest of what its `start…` takes. */
export async function openServers(count: number, redirectUris: readonly string[]): Promise<{ servers: LoopbackServer[]; options: StartOptions; close(): Promise<void> }> {
	const servers = await Promise.all(Array.from({ length: count }, () => openLoopback(0)));
	const calls = new CallLog('tested');
	return {
		servers,
		options: { calls, faults: new Faults(calls), settings: { ...defaultSettings }, redirectUris },
		close: async () => void (await Promise.all(servers.map((server) => server.close()))),
	};
}
