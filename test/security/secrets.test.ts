import { inspect } from 'node:util';

import nock from 'nock';
import type { INode } from 'n8n-workflow';

import { ConnectedAppsError } from '../../lib/errors';
import { toNodeError } from '../../lib/n8n';
import { classifyAnswer, exchangeCode, fetchUserInfo, probeClient, refreshTokens } from '../../lib/oauth';
import { toErrorPage } from '../../lib/portal/errorPage';
import { toldOfError } from '../../lib/portal/told';
import { clientOf, exchangeOf, HOST, tokens, useNock } from '../lib/oauth/support';
import { plainFetch } from '../lib/connections/support/world';

const node: INode = { id: 'n', name: 'N', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const CANARIES = ['canary-access-token', 'canary-refresh-token', 'canary-client-secret', 'canary-code', 'canary-id-token'];

/** Everything that anybody could print, store or show of an error. */
function everythingOf(error: unknown): string {
	const texts: string[] = [];
	for (let current: unknown = error, depth = 0; current !== undefined && depth < 10; depth++) {
		texts.push(String(current), inspect(current, { depth: 20, showHidden: true, getters: true }), JSON.stringify(current) ?? '', current instanceof Error ? String(current.stack) : '');
		current = current instanceof Error ? current.cause : undefined;
	}
	const mapped = toNodeError(node, error, 0);
	const page = toErrorPage(error, { portalName: 'P' });
	texts.push(inspect(mapped, { depth: 20, showHidden: true }), JSON.stringify(mapped), String(mapped.stack), String(page.body), JSON.stringify(page.headers), JSON.stringify(toldOfError(error)));
	return texts.join('\n');
}

const leaky = { access_token: 'canary-access-token', refresh_token: 'canary-refresh-token', id_token: 'canary-id-token', client_secret: 'canary-client-secret', code: 'canary-code' };

describe('S12 no secret in any error', () => {
	useNock();
	const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () => nock(HOST).post('/token').reply(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
	const answers: [string, () => unknown][] = [
		['a refusal that repeats what was sent', json(400, { error: 'invalid_grant', ...leaky })],
		['a token of another type', json(200, { ...leaky, token_type: 'mac' })],
		['tokens without a type', json(200, leaky)],
		['a lifetime that is none', json(200, { ...leaky, token_type: 'Bearer', expires_in: 'canary-access-token' })],
		['a scope that is none', json(200, { ...leaky, token_type: 'Bearer', scope: ['canary-access-token'] })],
		['JSON that breaks off within a token', () => nock(HOST).post('/token').reply(200, '{"access_token":"canary-access-token', { 'content-type': 'application/json' })],
		['text that is no JSON', () => nock(HOST).post('/token').reply(200, 'canary-access-token canary-refresh-token', { 'content-type': 'application/json' })],
		['a page with everything on it', () => nock(HOST).post('/token').reply(500, JSON.stringify(leaky), { 'content-type': 'text/html' })],
		['a challenge', () => nock(HOST).post('/token').reply(401, JSON.stringify(leaky), { 'www-authenticate': 'Bearer realm="canary-client-secret"' })],
		['a redirect with tokens in it', () => nock(HOST).post('/token').reply(302, '', { location: 'https://evil.example/?access_token=canary-access-token' })],
		['no connection', () => nock(HOST).post('/token').replyWithError('socket hang up')],
	];
	const acts: [string, () => Promise<unknown>][] = [
		['exchange', async () => await exchangeCode(await clientOf(), exchangeOf())],
		['refresh', async () => await refreshTokens(await clientOf(), tokens, { nowMs: 0 }).catch((error: unknown) => { throw classifyAnswer(error).error; })],
		['probe', async () => { const wrong = await probeClient(await clientOf(), 'https://localhost/'); if (wrong !== undefined) throw wrong; throw new Error('accepted'); }],
	];

	it.each(acts.flatMap(([act, run]) => answers.map(([answer, prepare]) => [act, answer, run, prepare] as const)))('%s, answered with %s', async (_act, _answer, run, prepare) => {
		prepare();
		const error: unknown = await run().catch((caught: unknown) => caught);
		expect(error).toBeInstanceOf(Error);
		const text = everythingOf(error);
		expect(CANARIES.filter((canary) => text.includes(canary))).toEqual([]);
	});

	it('an authorization response that was tampered with', async () => {
		for (const query of <Record<string, string>[]>[{ iss: 'https://evil.example' }, { state: 'another' }, { error: 'server_error', error_description: 'x' }]) {
			const error: unknown = await exchangeCode(await clientOf(), exchangeOf(query)).catch((caught: unknown) => caught);
			expect(CANARIES.filter((canary) => everythingOf(error).includes(canary))).toEqual([]);
		}
	});

	it('userinfo that fails, in every way', async () => {
		for (const reply of [() => nock(HOST).get('/userinfo').reply(403, leaky), () => nock(HOST).get('/userinfo').reply(200, '{"canary-access-token'), () => nock(HOST).get('/userinfo').replyWithError('x')]) {
			reply();
			const error: unknown = await fetchUserInfo(`${HOST}/userinfo`, 'canary-access-token', plainFetch).catch((caught: unknown) => caught);
			expect(error).toBeInstanceOf(ConnectedAppsError);
			expect(CANARIES.filter((canary) => everythingOf(error).includes(canary))).toEqual([]);
		}
	});
});
