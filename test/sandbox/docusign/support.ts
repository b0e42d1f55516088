// The played DocuSign alone, for the tests of its API: tokens without a sign-in, calls as a person, each checked against
// DocuSign's own description.
import { importPKCS8, SignJWT } from 'jose';
import { defaultSettings, type SandboxSettings } from '../settings';
import { openServers, type StartOptions } from '../testServers';
import type { DocuSignControl } from './control';
import { DocuSignContract } from './docusignContract';
import { startDocuSign, type DocuSignSandbox } from './start';
import { confidentialApp } from './context';

export type Person = 'alice' | 'bob' | 'carol' | 'integration';
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
export type Json = any;

export interface Answer {
	readonly status: number;
	readonly body: Json;
	readonly bytes: Buffer;
	readonly headers: Headers;
}

export interface ApiWorld extends StartOptions {
	readonly docuSign: DocuSignSandbox;
	readonly control: DocuSignControl;
	tokenOf(name: Person): Promise<string>;
	/** `path` below the account; alice's default account is 0, bob's 1. A body that is no string goes out as JSON. */
	call(name: Person, method: string, path: string, body?: unknown, options?: { account?: 0 | 1; headers?: Record<string, string> }): Promise<Answer>;
	/** Back to the settings of the start, but for `changes`. */
	set(changes?: Partial<SandboxSettings>): void;
	close(): Promise<void>;
}

export async function startApiWorld(): Promise<ApiWorld> {
	const contract = new DocuSignContract();
	// Compiling takes seconds, in which connections would be closed: before there are any.
	contract.requestErrors('POST', '/restapi/v2.1/accounts/x/envelopes', {});
	const { servers, options, close } = await openServers(3, ['https://unregistered.invalid/callback']);
	const [auth, first, second] = servers;
	const started = startDocuSign(auth!, first!, second!, options);
	const docuSign = started.description;
	const tokens = new Map<Person, Promise<string>>();
	const issueToken = async (name: Person): Promise<string> => {
		const { integrationKey, privateKeyPem } = docuSign.clients.confidential;
		started.rememberConsent(name, confidentialApp.integrationKey);
		const now = Math.floor(Date.now() / 1_000);
		const assertion = await new SignJWT({ iss: integrationKey, sub: docuSign.userIds[name]!, aud: docuSign.audience, iat: now, exp: now + 600, scope: 'signature impersonation' }).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(privateKeyPem, 'RS256'));
		const answer = await fetch(`${docuSign.authServerUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) });
		return ((await answer.json()) as { access_token: string }).access_token;
	};
	const tokenOf = (name: Person): Promise<string> => {
		const token = tokens.get(name) ?? issueToken(name);
		tokens.set(name, token);
		return token;
	};
	const call: ApiWorld['call'] = async (name, method, path, body, { account = 0, headers = {} } = {}) => {
		const { baseUri, accountId } = docuSign.accounts[account]!;
		const url = `${baseUri}/restapi/v2.1/accounts/${accountId}${path}`;
		const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
		const response = await fetch(url, { method, headers: { authorization: `Bearer ${await tokenOf(name)}`, ...(plain ? {} : { 'content-type': 'application/json' }), ...headers }, body: plain ? (body as string | undefined) : JSON.stringify(body) });
		const bytes = Buffer.from(await response.arrayBuffer());
		const isJson = response.headers.get('content-type')?.includes('json') ?? false;
		const parsed: unknown = isJson && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
		// Requests that are meant to be wrong are answered with an error; all others have to be as described.
		const errors = response.status < 400 && !plain ? contract.requestErrors(method, url, body) : [];
		if (isJson) errors.push(...contract.answerErrors(method, url, response.status, parsed));
		if (errors.length > 0) throw new Error(`${method} ${path} is not as DocuSign describes it:\n${errors.join('\n')}`);
		return { status: response.status, body: parsed, bytes, headers: response.headers };
	};
	return {
		...options,
		docuSign,
		control: started.control,
		tokenOf,
		call,
		set: (changes = {}) => void Object.assign(options.settings, defaultSettings, changes),
		close: async () => {
			started.close();
			await close();
		},
	};
}

/** An envelope of one text document and the given signers, each with a place to sign. */
export function definition(changes: Record<string, unknown> = {}, signers: ReadonlyArray<Record<string, unknown>> = [{ name: 'Sam Signer', email: 'sam@example.org' }]): Record<string, unknown> {
	return {
		emailSubject: 'Please sign the offer',
		documents: [{ documentId: '1', name: 'offer.txt', fileExtension: 'txt', documentBase64: Buffer.from('An offer.\nSign here: /sn1/').toString('base64') }],
		recipients: {
			signers: signers.map((signer, index) => ({
				recipientId: String(index + 1),
				routingOrder: '1',
				tabs: { signHereTabs: [{ anchorString: '/sn1/', anchorUnits: 'pixels' }], textTabs: [{ documentId: '1', pageNumber: '1', xPosition: '100', yPosition: '200', tabLabel: 'Company' }] },
				...signer,
			})),
		},
		status: 'sent',
		...changes,
	};
}
