// A grant that is too small when the node begins, and one that is lost while it runs.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { httpRequest } from '../support/executing';
import { useSharePoint } from './sharePointNode';

const USER_LOGIN = 'sharePointOnlineUserLoginOAuth2Api';
const NODE_RUN = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };
const withFile = { json: {}, binary: { data: { data: Buffer.from('text').toString('base64'), mimeType: 'text/plain', fileName: 'consented.txt' } } };

describe('somebody who has consented to less than the operation needs', () => {
	const sharePoint = useSharePoint({ resource: 'file', operation: 'upload', site: '/sites/everyone', conflict: 'replace' });
	const { world, raw, run } = sharePoint;

	it('is waited for, asked for just what is missing, and the same execution goes on', async () => {
		const settings = { ...raw(), connectionName: 'least', scopes: ['User.Read'] };
		const connection = await world.offer(settings, USER_LOGIN);
		await world.walk(connection, 'carol');
		const asCarol = { user: 'carol@example.com', ifNotSignedIn: 'wait' };
		// What she has consented to is enough for this.
		expect(await run({ ...asCarol, resource: 'site', operation: 'getCurrentUser' }, { credential: settings, executionId: '0' })).toHaveLength(1);
		await world.control('DELETE', 'calls');

		const [provisional] = await run(asCarol, { credential: settings, items: [withFile] });
		expect(provisional!.json).toMatchObject({ authentication: 'needed', user: 'carol@example.com', signInUrl: expect.stringContaining('sign-in?request=') });
		expect([sharePoint.traces.waitTill?.getUTCFullYear(), await sharePoint.api()]).toEqual([3000, []]);
		const [request] = await world.vault.requests.listForNode(NODE_RUN);
		expect([...request!.scopes].sort()).toEqual(['Files.ReadWrite.All', 'Sites.Read.All']);

		const { authorizeUrl } = await world.walk(connection, 'carol', { request });
		expect(new URL(authorizeUrl).searchParams.get('scope')!.split(' ')).toEqual(expect.arrayContaining(['User.Read', 'Sites.Read.All', 'Files.ReadWrite.All', 'offline_access']));
		const [uploaded] = await run(asCarol, { credential: settings, items: [withFile] });
		expect(uploaded!.json).toMatchObject({ name: 'consented.txt', size: 4 });
		expect([sharePoint.traces.waitTill, new Set((await sharePoint.api()).map(({ user }) => user))]).toEqual([undefined, new Set(['carol'])]);
		// Items of the list take one more.
		expect((await run({ ...asCarol, resource: 'item', operation: 'delete', list: 'Projects', itemId: '1' }, { credential: settings, executionId: '2' }))[0]!.json).toMatchObject({ authentication: 'needed' });
		expect((await world.vault.requests.listForNode({ ...NODE_RUN, executionId: '2' }))[0]!.scopes).toEqual(['Sites.ReadWrite.All']);
	});
});

describe('a grant that is lost in mid-run', () => {
	const sharePoint = useSharePoint({ resource: 'item', operation: 'create', site: '/sites/everyone', list: 'Projects' });
	const { world, run, rows, failure } = sharePoint;
	const PEOPLE = ['alice', 'bob', 'alice', 'bob', 'alice'];
	const items = PEOPLE.map(() => ({ json: {} }));
	let runs = 0;
	const creating = () => {
		runs += 1;
		const code = `lost-${runs}`;
		return { code, parameters: { user: (index: number) => `${PEOPLE[index]}@example.com`, ifNotSignedIn: 'wait', columns: (index: number) => ({ mappingMode: 'defineBelow', value: { Title: code, Code: `${code}-${index}` }, matchingColumns: [] }) } };
	};
	/** Bob's whole grant ends with the third item, which is alice's. */
	const losingBob = () => {
		let writes = 0;
		return async (options: IHttpRequestOptions) => {
			if (options.method === 'POST' && options.url.endsWith('/items') && (writes += 1) === 3) {
				await world.control('POST', 'revoke-grants', { user: 'bob', provider: 'microsoft' });
				await world.control('POST', 'expire-access-tokens', { user: 'bob', provider: 'microsoft' });
			}
			return await httpRequest(options);
		};
	};
	const written = async (code: string) => (await rows({ operation: 'getMany', user: 'alice@example.com', returnAll: true, columnNames: ['Code'], filterMode: 'raw', rawFilter: `fields/Title eq '${code}'` })).map(({ fields, createdBy }) => [(fields as { Code: string }).Code, (createdBy as { email: string }).email]);

	it('is the error of the items that it concerns, with the link; nothing of alice’s is lost or done twice', async () => {
		const { code, parameters } = creating();
		const found = await run(parameters, { items, continueOnFail: true, httpRequest: losingBob() });
		expect(found.map(({ json, pairedItem }) => [(pairedItem as { item: number }).item, 'error' in json])).toEqual([[0, false], [1, false], [2, false], [3, true], [4, false]]);
		expect(found[3]!.json).toEqual({ error: expect.stringMatching(/^Authentication needed: bob@example\.com/), message: expect.stringMatching(/Sign in here: http/) });
		// After the first call a node never pauses: it would do everything again.
		expect(sharePoint.traces.waitTill).toBeUndefined();
		expect(await written(code)).toEqual([[`${code}-0`, 'alice@example.com'], [`${code}-1`, 'bob@example.com'], [`${code}-2`, 'alice@example.com'], [`${code}-4`, 'alice@example.com']]);
		expect(JSON.stringify(found)).not.toMatch(/refresh_token|AADSTS.*eyJ/);
	});

	it('stops the node at that item where it does not go on, and what was written before stays', async () => {
		const { code, parameters } = creating();
		const error = await failure(parameters, { items, httpRequest: losingBob() });
		expect(error).toMatchObject({ name: 'NodeOperationError', message: expect.stringMatching(/^Authentication needed: bob@example\.com/), context: { itemIndex: 3, signInUrl: expect.stringMatching(/^http/) } });
		expect(sharePoint.traces.waitTill).toBeUndefined();
		expect(await written(code)).toEqual([[`${code}-0`, 'alice@example.com'], [`${code}-1`, 'bob@example.com'], [`${code}-2`, 'alice@example.com']]);
	});

	it('of which only the access token has ended is renewed, and nobody notices', async () => {
		const { code, parameters } = creating();
		let writes = 0;
		const expiring = async (options: IHttpRequestOptions) => {
			if (options.method === 'POST' && options.url.endsWith('/items') && (writes += 1) === 3) await world.control('POST', 'expire-access-tokens', { user: 'bob', provider: 'microsoft' });
			return await httpRequest(options);
		};
		expect((await run(parameters, { items, httpRequest: expiring })).every(({ json }) => !('error' in json))).toBe(true);
		expect((await written(code)).map(([, by]) => by)).toEqual(PEOPLE.map((name) => `${name}@example.com`));
	});
});
