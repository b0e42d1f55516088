// One sandbox for a test file, clean for every test.
import { startSandbox, type Sandbox, type SandboxUser } from '../../../sandbox/sandbox';

export interface SandboxCall {
	server: 'oauth' | 'api';
	method: string;
	path: string;
	grantType?: string;
	user: string | null;
	status: number | null;
	soql?: string;
	fault?: string;
}

export interface SandboxUnderTest {
	readonly sandbox: Sandbox;
	user(name: string): SandboxUser;
	control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
	calls(): Promise<SandboxCall[]>;
	/** Calls of the token endpoint with this grant type. */
	tokenCalls(grantType: string): Promise<SandboxCall[]>;
	fault(fault: Record<string, unknown>): Promise<void>;
	revocations(): Promise<{ kind: string; reason: string; user: string | null }[]>;
}

/** Registers the hooks of the surrounding `describe`. Loopback only: whoever wants nock allows 127.0.0.1. */
export function useSandbox(redirectUris: string[]): SandboxUnderTest {
	let sandbox: Sandbox;
	const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
		const response = await fetch(`${sandbox.control}/control/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { 'content-type': 'application/json' } });
		if (!response.ok) throw new Error(`control ${path}: ${await response.text()}`);
		return (await response.json()) as T;
	};
	beforeAll(async () => {
		sandbox = await startSandbox({ redirectUris });
	});
	afterAll(async () => await sandbox.close());
	beforeEach(async () => {
		await control('DELETE', 'faults');
		await control('POST', 'revoke-grants', {});
		await control('POST', 'forget-sessions', {});
		await control('POST', 'settings', { rotation: true, issParameter: true, accessTokenTtlSeconds: 7_200, omitInstanceUrlOnRefresh: false, refreshHoldMs: 25 });
		await control('DELETE', 'calls');
	});
	const calls = async () => await control<SandboxCall[]>('GET', 'calls');
	return {
		get sandbox() {
			return sandbox;
		},
		user: (name) => sandbox.users.find((candidate) => candidate.name === name)!,
		control,
		calls,
		tokenCalls: async (grantType) => (await calls()).filter((call) => call.grantType === grantType),
		fault: async (fault) => void (await control('POST', 'faults', fault)),
		revocations: async () => await control('GET', 'revocations'),
	};
}
