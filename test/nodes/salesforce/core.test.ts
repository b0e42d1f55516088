import { NodeApiError, NodeOperationError, type IHttpRequestOptions } from 'n8n-workflow';

import { salesforceFaults } from '../../sandbox/salesforce/faultBodies';
import { waitMs } from '../../../nodes/SalesforceRetrieveData/transport/wait';
import { useSalesforce } from './salesforceNode';

jest.mock('../../../nodes/SalesforceRetrieveData/transport/wait', () => {
	const real = jest.requireActual<Record<string, unknown>>('../../../nodes/SalesforceRetrieveData/transport/wait');
	return { ...real, waitMs: jest.fn(async () => await Promise.resolve()) };
});
const waits = () => jest.mocked(waitMs).mock.calls.map(([ms]) => ms);

const soql = 'SELECT Id FROM Account';

describe('Salesforce Retrieve Data behaves', () => {
	const under = useSalesforce({ resource: 'query', operation: 'soql', soql });
	const { world, rows, run, failure, api, settings } = under;
	beforeEach(() => jest.mocked(waitMs).mockClear());
	const fault = async (of: Record<string, unknown>, more: Record<string, unknown> = {}) => await world.fault({ match: { server: 'api' }, ...of, ...more });

	describe('what passes by itself', () => {
		it.each([
			['a locked row', salesforceFaults.lockedRow],
			['maintenance', salesforceFaults.serverUnavailable],
			['a query that took too long', salesforceFaults.queryTimeout],
			['too many calls at once', salesforceFaults.concurrentRequestsExceeded],
			['a page of a gateway', { kind: 'htmlError', status: 502 }],
		])('is asked again after a growing wait: %s', async (_name, body) => {
			await fault(body, { times: 3 });
			expect(await rows({})).toHaveLength(3);
			expect(await api()).toHaveLength(4);
			const [first, second, third] = waits() as [number, number, number];
			expect([first >= 250 && first <= 500, second >= 500 && second <= 1_000, third >= 1_000 && third <= 2_000]).toEqual([true, true, true]);
		});

		it('is asked five times at most, and then told', async () => {
			await fault(salesforceFaults.lockedRow, { times: 9 });
			const error = await failure({});
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error.message).toMatch(/^UNABLE_TO_LOCK_ROW: unable to obtain exclusive access/);
			expect(await api()).toHaveLength(5);
		});

		it('waits as long as Retry-After says', async () => {
			await fault({ ...salesforceFaults.serverUnavailable, headers: { 'retry-after': '7' } });
			expect(await rows({})).toHaveLength(3);
			expect(waits()).toEqual([7_000]);
		});

		it('does not wait for longer than a minute: it says how long Salesforce wants', async () => {
			await fault({ ...salesforceFaults.serverUnavailable, headers: { 'retry-after': '3600' } });
			expect(await failure({})).toMatchObject({ message: 'SERVER_UNAVAILABLE: maintenance', description: expect.stringContaining('wait 3600 seconds'), httpCode: '503' });
			expect(waits()).toEqual([]);
		});

		it('a connection that breaks is tried again for what only reads', async () => {
			await fault({ kind: 'dropAfterCommit' });
			expect(await rows({})).toHaveLength(3);
			expect(await api()).toHaveLength(2);
		});
	});

	it('a daily quota that is used up is told at once', async () => {
		await settings({ apiRequestsPerDay: 5_000, apiRequestsUsed: 5_000 });
		const error = await failure({});
		expect(error).toMatchObject({ message: 'REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.', httpCode: '403', description: expect.stringContaining('daily API quota') });
		expect(await api()).toHaveLength(1);
	});

	describe('an execution that is cancelled', () => {
		it('asks for no further page', async () => {
			await settings({ queryPageSize: 500 });
			const cancelled = new AbortController();
			let pages = 0;
			const error = await failure({ soql: 'SELECT Id FROM Contact', returnAll: true }, { signal: cancelled.signal, onRequest: ({ url }) => void (url.includes('/query/') && (pages += 1) === 3 && cancelled.abort()) });
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error.message).toBe('The execution was cancelled');
			expect(pages).toBe(3);
		});

		it('does not wait for a server to come back', async () => {
			const { waitMs: reallyWait } = jest.requireActual<{ waitMs: typeof waitMs }>('../../../nodes/SalesforceRetrieveData/transport/wait');
			const cancelled = new AbortController();
			const waiting = reallyWait(3_600_000, cancelled.signal);
			cancelled.abort();
			await expect(waiting).rejects.toThrow('cancelled');
			await expect(reallyWait(3_600_000, cancelled.signal)).rejects.toThrow('cancelled');
			await expect(reallyWait(1)).resolves.toBeUndefined();
		});
	});

	describe.each(['urlNotReset', 'invalidSession'])('an organisation that has moved (%s)', (movedInstanceAnswer) => {
		it('is found at its new address with the next token', async () => {
			await settings({ instanceMoved: true, movedInstanceAnswer });
			const hosts: string[] = [];
			expect(await rows({}, { onRequest: ({ url }) => void hosts.push(new URL(url).origin) })).toHaveLength(3);
			expect(new Set(hosts)).toContain(world.sandbox.salesforce.movedInstanceUrl);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
		});
	});

	describe('the daily API usage', () => {
		it('is added to every item by option', async () => {
			await settings({ apiRequestsPerDay: 1_000, apiRequestsUsed: 100 });
			const found = await rows({ options: { addApiUsage: true } });
			expect(found).toHaveLength(3);
			expect(found[0]).toEqual({ Id: expect.any(String), apiUsage: { used: expect.any(Number), limit: 1_000, percent: expect.any(Number) } });
			expect((await rows({}))[0]).not.toHaveProperty('apiUsage');
		});

		it('is warned about once in a run, from 80 % on', async () => {
			await settings({ apiRequestsPerDay: 1_000, apiRequestsUsed: 850 });
			await run({}, { items: [{ json: {} }, { json: {} }] });
			expect(under.traces.hints).toEqual([expect.objectContaining({ type: 'warning', message: expect.stringMatching(/8\d(\.\d)? % of the organization’s daily Salesforce API calls are used up \(8\d\d of 1000\)/) })]);
		});

		it.each([
			[{ apiUsageWarning: 95 }, 0],
			[{ apiUsageWarning: 0 }, 0],
			[{ apiUsageWarning: 20 }, 1],
		])('is warned about as %p says', async (options, hints) => {
			await settings({ apiRequestsPerDay: 1_000, apiRequestsUsed: 850 });
			await run({ options });
			expect(under.traces.hints).toHaveLength(hints);
		});
	});

	describe('an error names what it is about', () => {
		it.each([
			['a field, its object, and where it stands', 'SELECT Id, Nonsense__c FROM Account', /^INVALID_FIELD: alice@example\.com cannot see the field Nonsense__c of Account, or it does not exist \(row 1, column \d+\)$/],
			['an object', 'SELECT Id FROM Nonsense__c', /^INVALID_TYPE: alice@example\.com cannot see the object Nonsense__c, or it does not exist/],
			['a relationship', 'SELECT Nonsense.Name FROM Account', /^INVALID_FIELD: alice@example\.com cannot follow the relationship Nonsense/],
			['the position in the query', 'SELECT Id FROM Account WHERE', /^MALFORMED_QUERY: .* \(row 1, column \d+\)$/],
		])('%s', async (_name, query, message) => {
			const error = await failure({ soql: query });
			expect(error.message).toMatch(message);
			// Salesforce's own words stand beside ours.
			expect(error.description).toMatch(/ERROR at Row|sObject type|relationship|No such column/);
		});

		it('a field that this user may not see is told like one that is not there, and the colleague sees it', async () => {
			const margin = 'SELECT Margin__c FROM Invoice__c LIMIT 1';
			expect((await failure({ soql: margin, user: 'bob@example.com' })).message).toMatch(/^INVALID_FIELD: bob@example\.com cannot see the field Margin__c of Invoice__c, or it does not exist/);
			expect(await rows({ soql: margin })).toHaveLength(1);
		});

		it('a query that is too long for its address', async () => {
			expect(await failure({ soql: `SELECT Id FROM Account WHERE Name = '${'x'.repeat(17_000)}'` })).toMatchObject({ message: 'Salesforce answered 414', description: expect.stringContaining('name fewer fields') });
		});

		it('a server that is not there', async () => {
			const error = await failure({}, { httpRequest: async () => await Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })) });
			expect(error).toMatchObject({ message: expect.stringMatching(/^Salesforce cannot be reached at 127\.0\.0\.1:\d+$/), description: 'getaddrinfo ENOTFOUND. If the organisation has moved to another address, sign in again' });
		});
	});

	describe('authentication without a person', () => {
		const clientCredentials = () => {
			const { loginUrl, clients } = world.sandbox.salesforce;
			return { loginUrl, clientAuthentication: 'post', clientId: clients.clientCredentials.clientId, clientSecret: clients.clientCredentials.clientSecret };
		};
		const jwtBearer = (subject: string) => {
			const { loginUrl, clients } = world.sandbox.salesforce;
			return { environment: 'custom', loginUrl, clientAuthentication: 'none', clientId: clients.jwtPreAuthorized.clientId, privateKey: clients.jwtPreAuthorized.privateKeyPem, subject };
		};

		it('client credentials act as the app’s own user', async () => {
			await settings({ salesforceLoginIsMyDomain: true });
			const found = await rows({ authentication: 'clientCredentials', soql: 'SELECT Name FROM Account' }, { credentialType: 'salesforceClientCredentialsOAuth2Api', credential: clientCredentials(), items: [{ json: {} }, { json: {} }] });
			expect(new Set(found.map(({ Name }) => String(Name).split(' ')[0]))).toEqual(new Set(['Alice', 'Bob', 'Carol']));
			expect(new Set((await api()).map(({ user }) => user))).toEqual(new Set(['integration']));
			expect(await world.tokenCalls('client_credentials')).toHaveLength(1);
		});

		it('JWT bearer acts as the subject of each item', async () => {
			const subject = (index: number) => world.user(index === 0 ? 'alice' : 'bob').username;
			const found = await run({ authentication: 'jwtBearer', soql: 'SELECT Name FROM Account' }, { credentialType: 'salesforceJwtBearerOAuth2Api', credential: (index) => jwtBearer(subject(index)), items: [{ json: {} }, { json: {} }] });
			expect(new Set(found.map(({ json, pairedItem }) => `${(pairedItem as { item: number }).item} ${String(json.Name).split(' ')[0]}`))).toEqual(new Set(['0 Alice', '1 Bob']));
		});

		it('a token of the app that the API rejects is replaced once, for all its items', async () => {
			await settings({ salesforceLoginIsMyDomain: true });
			let rejected: unknown;
			const onRequest = ({ url, headers }: IHttpRequestOptions) => {
				if (!url.includes('/services/data/') || headers === undefined) return;
				rejected ??= headers.authorization;
				if (headers.authorization === rejected) headers.authorization = 'Bearer expired';
			};
			const found = await rows({ authentication: 'clientCredentials' }, { credentialType: 'salesforceClientCredentialsOAuth2Api', credential: clientCredentials(), items: [{ json: {} }, { json: {} }], onRequest });
			expect(found.length).toBeGreaterThan(10);
			expect(await world.tokenCalls('client_credentials')).toHaveLength(2);
			expect((await api()).map(({ status }) => status)).toEqual([401, 200, 200]);
		});
	});
});
