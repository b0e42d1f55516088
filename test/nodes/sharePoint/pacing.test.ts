// How the node keeps to the pace that SharePoint names, before it is refused and after. No time passes: what is looked at is how long it would wait.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { waitMs } from '../../../lib/n8n/wait';
import { httpRequest } from '../support/executing';
import { useSharePoint } from './sharePointNode';

jest.mock('../../../lib/n8n/wait', () => {
	const real = jest.requireActual<Record<string, unknown>>('../../../lib/n8n/wait');
	return { ...real, waitMs: jest.fn(async () => await Promise.resolve()) };
});
const waits = () => jest.mocked(waitMs).mock.calls.map(([ms]) => ms);
beforeEach(() => jest.mocked(waitMs).mockClear());

const get = { resource: 'item', operation: 'get', site: '/sites/alice-projects', list: 'Projects', itemId: '2' };

describe('before Graph refuses', () => {
	const { world, rows, settings } = useSharePoint(get);
	const CREDENTIAL = 'sharePointOnlineClientCredentialsOAuth2Api';
	/** With application permissions: only then the headers come. */
	const asApp = () => {
		const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
		const { clientId, clientSecret } = clients.confidential;
		return { [CREDENTIAL]: { cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId, clientSecret, clientAuthentication: 'post' } };
	};
	/** Graph's answers, with these headers on the nth. */
	const telling = (nth: number, told: Record<string, string>) => {
		let answered = 0;
		return async (options: IHttpRequestOptions) => {
			const answer = (await httpRequest(options)) as { headers: Record<string, string> };
			if (options.url.includes('/v1.0/') && (answered += 1) === nth) Object.assign(answer.headers, told);
			return answer;
		};
	};
	const run = async (told: Record<string, string>, items = 1) => await rows({ authentication: 'clientCredentials', user: '' }, { credentials: asApp(), httpRequest: telling(1, told), items: Array.from({ length: items }, () => ({ json: {} })) });

	it('room that is left is used', async () => {
		expect(await run({ 'ratelimit-limit': '1200', 'ratelimit-remaining': '1', 'ratelimit-reset': '5' })).toHaveLength(1);
		expect(waits()).toEqual([]);
	});

	it.each([
		['as long as it says', '3', 2_500, 3_000],
		['ten seconds at most: what is longer is left to the throttling itself', '58', 9_500, 10_000],
	])('no room left: the next calls wait %s', async (_name, seconds, least, most) => {
		expect(await run({ 'ratelimit-limit': '1200', 'ratelimit-remaining': '0', 'ratelimit-reset': seconds }, 2)).toHaveLength(2);
		// Every one of them, since no time passes here; also those of the second item.
		expect(waits().length).toBeGreaterThanOrEqual(2);
		expect(waits().every((ms) => ms > least && ms <= most)).toBe(true);
	});

	it.each([{ 'ratelimit-remaining': '0' }, { 'ratelimit-reset': '5' }, { 'ratelimit-remaining': 'none', 'ratelimit-reset': 'soon' }, { 'ratelimit-remaining': '0', 'ratelimit-reset': '0' }])('headers that say nothing hold up nobody: %j', async (told) => {
		expect(await run(told as Record<string, string>)).toHaveLength(1);
		expect(waits()).toEqual([]);
	});

	it('as the played Graph tells it: nothing is refused that was paced, and what was refused comes through after its Retry-After', async () => {
		await settings({ graphRequestsPerMinute: 4, graphRetryAfterSeconds: 0 });
		const found = await rows({ authentication: 'clientCredentials', user: '' }, { credentials: asApp(), items: Array.from({ length: 4 }, () => ({ json: {} })) });
		expect(found.map(({ id }) => id)).toEqual(['2', '2', '2', '2']);
		expect(waits().some((ms) => ms > 5_000)).toBe(true);
	});
});

describe('after it has refused', () => {
	const sharePoint = useSharePoint(get);
	const { rows, failure } = sharePoint;
	const refusing = (headers: Record<string, string>, status: number, times = 1) => ({ match: { pathIncludes: '/items/2' }, kind: 'status', status, times, headers, body: { error: { code: status === 429 ? 'activityLimitReached' : 'serviceNotAvailable', message: 'Later.' } } });

	it.each([429, 503])('%i with seconds is waited for as long, each time', async (status) => {
		await sharePoint.fault(refusing({ 'retry-after': '7' }, status, 2));
		expect(await rows({})).toHaveLength(1);
		expect(waits()).toEqual([7_000, 7_000]);
	});

	it('with a date it is waited until then, and not at all if that has passed', async () => {
		await sharePoint.fault(refusing({ 'retry-after': new Date(Date.now() + 30_000).toUTCString() }, 429));
		await sharePoint.fault(refusing({ 'retry-after': new Date(Date.now() - 30_000).toUTCString() }, 429));
		expect(await rows({})).toHaveLength(1);
		const [until, passed] = waits();
		expect([until! > 25_000 && until! <= 30_000, passed]).toEqual([true, 0]);
	});

	it('with nothing or nonsense the waits grow', async () => {
		await sharePoint.fault(refusing({}, 429));
		await sharePoint.fault(refusing({ 'retry-after': 'soon' }, 429));
		expect(await rows({})).toHaveLength(1);
		const [first, second] = waits() as [number, number];
		expect([first >= 250 && first <= 500, second >= 500 && second <= 1_000]).toEqual([true, true]);
	});

	it.each([['seconds', () => '61'], ['a date', () => new Date(Date.now() + 120_000).toUTCString()]])('more than a minute (%s) is not waited for, and told', async (_name, told) => {
		await sharePoint.fault(refusing({ 'retry-after': told() }, 429));
		const error = await failure({});
		expect([error.httpCode, error.description]).toEqual(['429', expect.stringMatching(/Microsoft asks to wait (?:61|1[12]\d) seconds/)]);
		expect(waits()).toEqual([]);
	});

	it('a write that was turned away is sent again, and once only is it done', async () => {
		let turnedAway = 0;
		const refusingTheFirst = async (options: IHttpRequestOptions) => {
			if (options.method !== 'POST' || !options.url.endsWith('/items') || (turnedAway += 1) > 1) return await httpRequest(options);
			return { statusCode: 429, headers: { 'retry-after': '2' }, body: new ArrayBuffer(0) };
		};
		const [made] = await rows({ operation: 'create', columns: { mappingMode: 'defineBelow', value: { Title: 'throttled', Code: 'throttled-1' }, matchingColumns: [] } }, { httpRequest: refusingTheFirst });
		expect(waits()).toEqual([2_000]);
		const found = await rows({ operation: 'getMany', returnAll: true, filterMode: 'raw', rawFilter: "fields/Title eq 'throttled'" });
		expect(found.map(({ id }) => id)).toEqual([made!.id]);
	});
});
