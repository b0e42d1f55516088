// The played Microsoft on servers of its own, and people who call its Graph: for the tests beside it.
/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { defaultSettings, type SandboxSettings } from '../settings';
import { openServers } from '../testServers';
import { startMicrosoft, type MicrosoftSandbox, type StartedMicrosoft } from './start';

export interface GraphAnswer {
	readonly status: number;
	readonly body: any;
	readonly headers: Headers;
}

export interface CallOptions extends RequestInit {
	/** Sent as JSON. */
	readonly json?: unknown;
	/** Default: everything that the node asks for. */
	readonly scope?: string;
}

export interface GraphWorld extends Pick<StartedMicrosoft, 'traffic' | 'contentOf' | 'controlled'> {
	readonly microsoft: MicrosoftSandbox;
	readonly settings: SandboxSettings;
	readonly calls: Awaited<ReturnType<typeof openServers>>['options']['calls'];
	readonly faults: Awaited<ReturnType<typeof openServers>>['options']['faults'];
	tokenOf(name: string, scope?: string): Promise<string>;
	/** @param name whose token goes along; `app` is an app by itself, null sends none @param path below `/v1.0`, or a whole address */
	call(name: string | null, path: string, options?: CallOptions): Promise<GraphAnswer>;
	/** Back to the settings of the start, but for `changes`. */
	set(changes?: Partial<SandboxSettings>): void;
	close(): Promise<void>;
}

const usualScope = 'User.Read Sites.ReadWrite.All Files.ReadWrite.All';

export async function startGraphWorld(): Promise<GraphWorld> {
	const { servers, options, close } = await openServers(4, ['https://unregistered.invalid/callback']);
	const started = startMicrosoft(servers[0]!, servers[1]!, servers[2]!, servers[3]!, options);
	const { description: microsoft } = started;
	const tokens = new Map<string, Promise<string>>();

	const appToken = async (): Promise<string> => {
		const { clientId, clientSecret } = microsoft.clients.confidential;
		const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${microsoft.graphUrl}/.default` });
		const answer = await fetch(`${microsoft.loginUrl}/${microsoft.tenants.home.id}/oauth2/v2.0/token`, { method: 'POST', body });
		return ((await answer.json()) as { access_token: string }).access_token;
	};
	const tokenOf = (name: string, scope = usualScope): Promise<string> => {
		const key = `${name} ${scope}`;
		const token = tokens.get(key) ?? (name === 'app' ? appToken() : started.mintUserToken(name, { audience: microsoft.graphUrl, scope }));
		tokens.set(key, token);
		return token;
	};
	const call: GraphWorld['call'] = async (name, path, { json, scope, headers, ...init } = {}) => {
		const response = await fetch(path.startsWith('http') ? path : `${microsoft.graphUrl}/v1.0${path}`, {
			redirect: 'manual',
			...init,
			...(json !== undefined && { body: JSON.stringify(json) }),
			headers: { ...(name !== null && { authorization: `Bearer ${await tokenOf(name, scope)}` }), ...(json !== undefined && { 'content-type': 'application/json' }), ...(headers as Record<string, string> | undefined) },
		});
		const text = await response.text();
		return { status: response.status, body: response.headers.get('content-type')?.includes('json') && text ? JSON.parse(text) : text, headers: response.headers };
	};
	return {
		...started,
		microsoft,
		settings: options.settings,
		calls: options.calls,
		faults: options.faults,
		tokenOf,
		call,
		set: (changes = {}) => void Object.assign(options.settings, defaultSettings, changes),
		close: async () => {
			await close();
			await started.close();
		},
	};
}
