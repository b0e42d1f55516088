// The played Salesforce alone, for the tests of its data API: tokens without a sign-in, and calls as a person.
import { importPKCS8, SignJWT } from 'jose';
import { openServers, type StartOptions } from '../testServers';
import { defaultSettings, type SandboxSettings } from '../settings';
import { startSalesforce, type SalesforceSandbox } from './start';

export type Person = 'alice' | 'bob' | 'integration';
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
export type Json = any;

export interface Answer {
	readonly status: number;
	readonly body: Json;
	readonly headers: Headers;
}

export interface ApiWorld extends StartOptions {
	readonly salesforce: SalesforceSandbox;
	tokenOf(name: Person): Promise<string>;
	/** `path` after `/services/data/v62.0`; another version or host by `init`. */
	call(name: Person, path: string, init?: RequestInit & { version?: string; host?: string }): Promise<Answer>;
	query(name: Person, soql: string, headers?: Record<string, string>): Promise<Answer>;
	/** Back to the settings of the start, but for `changes`. */
	set(changes?: Partial<SandboxSettings>): void;
	close(): Promise<void>;
}

export const json = (method: string, body: unknown): RequestInit => ({ method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

export async function startApiWorld(): Promise<ApiWorld> {
	const { servers, options, close } = await openServers(3, ['https://unregistered.invalid/callback']);
	const { description: salesforce } = startSalesforce(servers[0]!, servers[1]!, { ...options, movedInstance: servers[2] });
	const { clientId, privateKeyPem } = salesforce.clients.jwtPreAuthorized;

	const issueToken = async (name: Person): Promise<string> => {
		const exp = Math.floor(Date.now() / 1_000) + 120;
		const assertion = await new SignJWT({ iss: clientId, sub: `${name}@example.com`, aud: salesforce.loginUrl, exp }).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(privateKeyPem, 'RS256'));
		const answer = await fetch(`${salesforce.loginUrl}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) });
		return ((await answer.json()) as { access_token: string }).access_token;
	};
	const tokens = new Map<Person, Promise<string>>();
	const tokenOf = (name: Person): Promise<string> => {
		const token = tokens.get(name) ?? issueToken(name);
		tokens.set(name, token);
		return token;
	};
	const call: ApiWorld['call'] = async (name, path, { version = 'v62.0', host = salesforce.instanceUrl, headers, ...init } = {}) => {
		const response = await fetch(`${host}/services/data/${version}${path}`, { ...init, headers: { authorization: `Bearer ${await tokenOf(name)}`, ...headers } });
		const text = await response.text();
		return { status: response.status, body: response.headers.get('content-type')?.includes('json') && text ? JSON.parse(text) : text, headers: response.headers };
	};
	return {
		...options,
		salesforce,
		tokenOf,
		call,
		query: (name, soql, headers) => call(name, `/query?q=${encodeURIComponent(soql)}`, { headers }),
		set: (changes = {}) => void Object.assign(options.settings, defaultSettings, changes),
		close,
	};
}

/** The shape of a JSON value: its keys, and the types behind them. Of a list only the first item counts. */
export function shapeOf(value: Json): unknown {
	if (value === null) return 'null';
	if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
	return typeof value === 'object' ? Object.fromEntries(Object.keys(value as object).sort().map((key) => [key, shapeOf((value as Record<string, Json>)[key])])) : typeof value;
}
