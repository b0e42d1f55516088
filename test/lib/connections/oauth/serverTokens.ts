import { decodeJwt } from 'jose';

import { MINUTE_MS } from '../../../../lib/clock';
import { serverTokenFor, type ServerLoginSettings } from '../../../../lib/connections';
import type { Fetch } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { plainFetch, resolveEndpoints } from '../support/world';
import { useOAuth, type Raw } from './oauthWorld';

const PEOPLE = ['alice', 'bob', 'carol'] as const;

export function describeServerTokens(makePlace: MakePlace): void {
	describe('tokens without a sign-in', () => {
		const world = useOAuth(makePlace);
		const tools = (fetch: Fetch = plainFetch, vault = world.vault) => ({ vault, fetch, resolveEndpoints });
		const tokenFor = async (settings: ServerLoginSettings, request: Parameters<typeof serverTokenFor>[2] = {}) => await serverTokenFor(tools(), settings, request);
		const asked = async () => (await world.oauthCalls('/token')).length;
		const kept = async () => Number((await world.place.query(`select count(*) as n from ${world.place.table('issued_tokens')}`))[0]!.n);
		const as = (person: string) => world.jwtBearer({ subject: `${person}@example.com` });

		it('each subject has a token of its own, asked for once, in whatever order they come', async () => {
			const order = Array.from({ length: 24 }, (_, index) => PEOPLE[index % 3]!);
			const tokens = await Promise.all(order.map(async (person) => await tokenFor(as(person))));
			const users = await Promise.all(tokens.map(async (token) => (await world.me(token)).user));
			expect(users).toEqual(order);
			expect([await asked(), new Set(tokens.map(({ accessToken }) => accessToken)).size]).toEqual([3, 3]);
		});

		it('fifty callers at once are one request', async () => {
			const tokens = await Promise.all(Array.from({ length: 50 }, async () => await tokenFor(world.clientCredentials())));
			expect([new Set(tokens.map(({ accessToken }) => accessToken)).size, await asked()]).toEqual([1, 1]);
		});

		it('another process of the same n8n finds it', async () => {
			const { accessToken } = await tokenFor(as('alice'));
			const other = await world.open();
			expect((await serverTokenFor(tools(plainFetch, other), as('alice'))).accessToken).toBe(accessToken);
			expect(await asked()).toBe(1);
		});

		it.each<[string, () => [ServerLoginSettings, ServerLoginSettings]]>([
			['scope', () => [world.clientCredentials(), world.clientCredentials({ scopes: 'read write' })]],
			['resource', () => [world.clientCredentials(), world.clientCredentials({ resource: world.oauth2.apiUrl })]],
			['API hosts', () => [world.clientCredentials(), world.clientCredentials({ apiHosts: 'evil.example' })]],
			['key', () => [as('alice'), world.jwtBearer({ signingAlgorithm: 'RS256', privateKey: world.oauth2.clients.jwtBearer.keys.RS256.privateKey, keyId: world.oauth2.clients.jwtBearer.keys.RS256.kid })]],
			['audience', () => [as('alice'), world.jwtBearer({ audience: world.oauth2.tokenUrl })]],
			['claims', () => [as('alice'), world.jwtBearer({ extraClaims: '{"tenant":"a"}' })]],
			['subject', () => [as('alice'), as('bob')]],
		])('credentials that differ in %s share none', async (_what, pair) => {
			const [first, second] = pair();
			const tokens = [await tokenFor(first), await tokenFor(second)];
			expect([tokens[0]!.accessToken === tokens[1]!.accessToken, await asked()]).toEqual([false, 2]);
			// And each finds its own again.
			expect([await tokenFor(first), await tokenFor(second)].map(({ accessToken }) => accessToken)).toEqual(tokens.map(({ accessToken }) => accessToken));
			expect(await asked()).toBe(2);
		});

		it.each<[string, () => [ServerLoginSettings, ServerLoginSettings], string]>([
			['a guessed secret', () => [world.clientCredentials(), world.clientCredentials({ clientSecret: 'guessed' })], 'clientRejected'],
			['another private key', () => [as('alice'), world.jwtBearer({ signingAlgorithm: 'PS256', privateKey: world.oauth2.clients.jwtBearer.keys.RS256.privateKey, keyId: '' })], 'assertionRejected'],
			['the encrypted key without its passphrase', () => [encrypted(), encrypted({ privateKeyPassphrase: '' })], 'settingInvalid'],
			['the encrypted key with a guessed passphrase', () => [encrypted(), encrypted({ privateKeyPassphrase: 'guessed' })], 'settingInvalid'],
		])('S26 %s finds no token of the right credential', async (_what, pair, code) => {
			const [right, wrong] = pair();
			await tokenFor(right);
			await expect(tokenFor(wrong)).rejects.toMatchObject({ code });
		});
		function encrypted(changes: Raw = {}): ServerLoginSettings {
			const { kid, privateKey, passphrase } = world.oauth2.clients.jwtBearer.encryptedKey;
			return world.jwtBearer({ signingAlgorithm: 'RS256', keyId: kid, privateKey, privateKeyPassphrase: passphrase, ...changes });
		}

		describe('how long they are kept', () => {
			it.each<[string, Raw, number, number]>([
				['one of 10 minutes until a minute before its end', { accessTokenTtlSeconds: 600 }, 9 * MINUTE_MS - 1_000, 9 * MINUTE_MS + 1_000],
				['one of 2 hours for an hour, so that what an admin withdraws ends', { accessTokenTtlSeconds: 7_200 }, 60 * MINUTE_MS - 1_000, 60 * MINUTE_MS + 1_000],
				['one whose end is not told for 5 minutes', { expiresInAs: 'absent' }, 5 * MINUTE_MS - 1_000, 5 * MINUTE_MS + 1_000],
			])('%s', async (_what, settings, stillMs, overMs) => {
				await world.control('POST', 'settings', settings);
				const first = await tokenFor(as('alice'));
				world.advance(stillMs);
				expect((await tokenFor(as('alice'))).accessToken).toBe(first.accessToken);
				world.advance(overMs - stillMs);
				expect((await tokenFor(as('alice'))).accessToken).not.toBe(first.accessToken);
				expect(await asked()).toBe(2);
			});

			it('one that ends within a minute is used once and not kept', async () => {
				await world.control('POST', 'settings', { accessTokenTtlSeconds: 60 });
				const tokens = [await tokenFor(as('alice')), await tokenFor(as('alice'))];
				expect([tokens[0]!.accessToken === tokens[1]!.accessToken, await kept()]).toEqual([false, 0]);
				expect(await world.me(tokens[0]!)).toMatchObject({ user: 'alice' });
			});

			it('one that the API rejects is replaced once, also if many meet the rejection; a newer one stays', async () => {
				const { tokenHash: rejectedTokenHash } = await tokenFor(as('alice'));
				await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
				const tokens = await Promise.all(Array.from({ length: 20 }, async () => await tokenFor(as('alice'), { rejectedTokenHash })));
				expect([new Set(tokens.map(({ accessToken }) => accessToken)).size, await asked()]).toEqual([1, 2]);
				expect(await world.me(tokens[0]!)).toMatchObject({ user: 'alice' });
				expect((await tokenFor(as('alice'), { rejectedTokenHash })).accessToken).toBe(tokens[0]!.accessToken);
				expect(await asked()).toBe(2);
			});

			it('a refusal is not kept', async () => {
				await world.fault({ match: { provider: 'oauth2', pathIncludes: '/token' }, kind: 'status', status: 503 });
				await expect(tokenFor(as('alice'))).rejects.toMatchObject({ code: 'providerUnavailable' });
				expect(await world.me(await tokenFor(as('alice')))).toMatchObject({ user: 'alice' });
			});
		});

		describe('tell what is wrong', () => {
			it.each<[string, () => ServerLoginSettings, Raw | undefined, string, RegExp]>([
				['no scope at all', () => world.clientCredentials({ scopes: '' }), undefined, 'scopeMissing', /No scope is given/],
				['a scope that is unknown', () => world.clientCredentials({ scopes: 'nonsense' }), undefined, 'scopeMissing', /invalid_scope/],
				['none, and the server wants one', () => world.clientCredentials({ scopeMode: 'none' }), { clientCredentialsNeedScope: true }, 'scopeMissing', /a scope is required/],
				['a resource that is unknown', () => world.clientCredentials({ resource: 'https://unknown.example/' }), undefined, 'providerError', /invalid_target/],
				['a wrong secret', () => world.clientCredentials({ clientSecret: 'wrong' }), undefined, 'clientRejected', /refused the client/],
				['a client that is unknown', () => world.clientCredentials({ clientId: 'nobody' }), undefined, 'clientRejected', /refused the client/],
				['a subject who is unknown', () => as('nobody'), undefined, 'assertionRejected', /sub is not known/],
				['another audience', () => world.jwtBearer({ audience: 'https://evil.example' }), undefined, 'assertionRejected', /aud must be/],
				['an assertion that lives too long', () => world.jwtBearer({ lifetimeSeconds: 3_600 }), undefined, 'assertionRejected', /too far in the future/],
				['a subject who has not approved it', () => as('alice'), { jwtBearerNeedsConsent: true }, 'approvalNeeded', /alice@example\.com has not approved/],
				['a host where nothing answers', () => world.clientCredentials({ issuer: '', tokenUrl: 'http://127.0.0.1:9/token' }), undefined, 'providerUnavailable', /could not be reached/],
				['an issuer where nothing answers', () => world.clientCredentials({ issuer: 'http://127.0.0.1:9' }), undefined, 'providerUnavailable', /127\.0\.0\.1:9 could not be asked/],
				['an address where there is no token endpoint', () => world.clientCredentials({ issuer: '', tokenUrl: `${world.oauth2.apiUrl}/status/404` }), undefined, 'providerUnavailable', /answered 404/],
				['a token of another type', () => world.clientCredentials(), { tokenType: 'mac' }, 'tokenTypeUnsupported', /neither bearer nor DPoP/],
				['nobody as the subject', () => world.jwtBearer({ subject: '' }), undefined, 'settingInvalid', /"Subject" is empty/],
			])('%s', async (_what, settings, played, code, message) => {
				if (played !== undefined) await world.control('POST', 'settings', played);
				await expect(tokenFor(settings())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
				expect(await kept()).toBe(0);
			});

			it('S12 none of the words hold a secret, an assertion or a token', async () => {
				const sent: string[] = [];
				const listening: Fetch = async (url, init) => {
					sent.push(new URLSearchParams(String(init.body ?? '')).get('assertion') ?? '');
					return await plainFetch(url, init);
				};
				const error = await serverTokenFor(tools(listening), as('nobody')).then(() => undefined, (caught: Error) => caught);
				const [assertion = ''] = sent.filter(Boolean);
				expect(decodeJwt(assertion)).toMatchObject({ sub: 'nobody@example.com' });
				const words = JSON.stringify([error?.message, error, String(error?.stack), String((error?.cause as Error | undefined)?.stack)]);
				for (const secret of [assertion, String(world.oauth2.clients.jwtBearer.keys.ES256.privateKey.split('\n')[1])]) expect(words).not.toContain(secret);
			});
		});

		it('a node’s own scopes count instead of the credential’s', async () => {
			const token = await tokenFor(world.clientCredentials({ scopes: 'read' }), { scopes: ['write'] });
			expect((await world.me(token)).scopes).toEqual(['write']);
		});

		it('one that is asked for anew is, and the next finds that one', async () => {
			const first = await tokenFor(as('alice'));
			const second = await tokenFor(as('alice'), { fresh: true });
			expect(second.accessToken).not.toBe(first.accessToken);
			expect((await tokenFor(as('alice'))).accessToken).toBe(second.accessToken);
		});

		it('S12 S25 the database holds tokens, keys, secrets and assertions sealed only, and names nobody', async () => {
			const bodies: string[] = [];
			const listening: Fetch = async (url, init) => {
				bodies.push(String(init.body ?? ''));
				return await plainFetch(url, init);
			};
			const token = await serverTokenFor(tools(listening), world.jwtBearer({ subject: 'alice@example.com' }));
			await serverTokenFor(tools(listening), world.clientCredentials());
			const assertion = new URLSearchParams(bodies.find((body) => body.includes('assertion='))).get('assertion')!;
			const { clientSecret } = world.oauth2.clients.service;
			const secrets = [token.accessToken, token.dpopKey!, assertion, clientSecret, 'PRIVATE KEY', (JSON.parse(token.dpopKey!) as { d: string }).d, 'alice@example.com'];
			const stored = await world.place.dump();
			expect(await kept()).toBe(2);
			expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
		});
	});
}
