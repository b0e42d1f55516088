import { DAY_MS } from '../../../../lib/clock';
import { createReference, disconnect, isReference, openReference } from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import { readSubject, tokenOfSubject } from '../../../../lib/n8n/subject';
import type { Runtime } from '../../../../lib/n8n';
import type { TokenSet } from '../../../../lib/types';
import type { TokenReference } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, plainFetch, use } from '../support/world';
import { CLIENT_CREDENTIALS, useOAuth } from './oauthWorld';

const ELSEWHERE = ['flow-2', '', 'FLOW-1', ' flow-1', 'undefined'];

export function describeReferences(makePlace: MakePlace): void {
	describe('references to tokens', () => {
		const world = useOAuth(makePlace);
		const runtime = () => ({ vault: world.vault, engine: world.engine() }) as unknown as Runtime;
		const tokens = (changes: Partial<TokenSet> = {}): TokenSet => ({ accessToken: 'canary-access-token', tokenType: 'bearer', scopes: ['read'], ...changes });
		const issued = (changes: Partial<TokenSet> = {}): TokenReference => ({ kind: 'issued', workflowId: 'flow-1', credentialType: CLIENT_CREDENTIALS, authority: 'https://login.example.com', clientId: 'client', apiHosts: ['api.example.com'], tokens: tokens(changes) });
		const toAlice = async () => {
			const connection = await world.offer(world.login());
			await world.walk(connection, 'alice');
			return { connection, reference: await createReference(world.vault, { kind: 'grant', workflowId: 'flow-1', connectionId: connection.id, userKey: alice }) };
		};

		it('are 256 bits that tell nothing, and no two are the same', async () => {
			const made = await Promise.all([1, 2].map(async () => await createReference(world.vault, issued())));
			for (const reference of made) {
				expect(isReference(reference)).toBe(true);
				expect(Buffer.from(reference.split(':').at(-1)!, 'base64url')).toHaveLength(32);
			}
			expect(made[0]).not.toBe(made[1]);
		});

		it('open in the workflow that made them, with spaces around them too, and in no other', async () => {
			const reference = await createReference(world.vault, issued());
			expect(await openReference(world.vault, ` ${reference}\n`, 'flow-1')).toMatchObject({ kind: 'issued', tokens: tokens() });
			for (const workflowId of ELSEWHERE) await expect(openReference(world.vault, reference, workflowId)).rejects.toMatchObject({ code: 'referenceInvalid' });
		});

		it('one that was changed, cut or invented opens nothing', async () => {
			const reference = await createReference(world.vault, issued());
			for (const wrong of [reference.slice(0, -1), `${reference}A`, reference.toLowerCase(), 'connected-apps:token:', `connected-apps:token:${'A'.repeat(43)}`, 'alice']) {
				await expect(openReference(world.vault, wrong, 'flow-1')).rejects.toMatchObject({ code: 'referenceInvalid' });
			}
		});

		it.each<[string, Partial<TokenSet>, number]>([
			['with their token', { expiresAtMs: 600_000 }, 600_000],
			['after a day where nobody knows the end of the token', {}, DAY_MS],
			['after a day, however long the token lives', { expiresAtMs: 30 * DAY_MS }, DAY_MS],
		])('to a token of no person end %s', async (_when, { expiresAtMs }, endsAfterMs) => {
			const reference = await createReference(world.vault, issued(expiresAtMs === undefined ? {} : { expiresAtMs: (await world.vault.nowMs()) + expiresAtMs }));
			world.advance(endsAfterMs - 5_000);
			await expect(openReference(world.vault, reference, 'flow-1')).resolves.toMatchObject({ kind: 'issued' });
			world.advance(5_001);
			await expect(openReference(world.vault, reference, 'flow-1')).rejects.toMatchObject({ code: 'referenceInvalid' });
		});

		it('to a person always lead to their current token, for a month', async () => {
			const { connection, reference } = await toAlice();
			const token = async () => await tokenOfSubject(runtime(), connection, await readSubject(runtime(), connection, reference, { workflowId: 'flow-1', executionId: '1', fetch: plainFetch }), { fetch: plainFetch, use });
			const first = await token();
			world.advance(DAY_MS);
			const later = await token();
			expect(later.accessToken).not.toBe(first.accessToken);
			expect(await world.me(later)).toMatchObject({ user: 'alice' });
			world.advance(30 * DAY_MS);
			await expect(readSubject(runtime(), connection, reference, { workflowId: 'flow-1', executionId: '1', fetch: plainFetch })).rejects.toMatchObject({ code: 'referenceInvalid' });
		});

		it('to a person lead to nothing once they have disconnected', async () => {
			const { connection, reference } = await toAlice();
			await disconnect(world.vault, connection, alice);
			const subject = await readSubject(runtime(), connection, reference, { workflowId: 'flow-1', executionId: '1', fetch: plainFetch });
			await expect(tokenOfSubject(runtime(), connection, subject, { fetch: plainFetch, use })).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('to a person open with their own connection alone, and those to other tokens with none', async () => {
			const { reference } = await toAlice();
			const other = await world.offer(world.login({ connectionName: 'other' }));
			await expect(readSubject(runtime(), other, reference, { workflowId: 'flow-1', executionId: '1', fetch: plainFetch })).rejects.toMatchObject({ code: 'referenceInvalid' });
			await expect(readSubject(runtime(), other, await createReference(world.vault, issued()), { workflowId: 'flow-1', executionId: '1', fetch: plainFetch })).rejects.toMatchObject({ code: 'referenceInvalid' });
		});

		it('a token that was exchanged opens where callers are exchanged, and a person’s sign-in does not', async () => {
			const connection = await world.offer(world.login({ ...world.oauth2.clients.tokenExchange, userIdentity: 'onBehalfOf' }));
			const of = async (kind: 'grant' | 'exchanged') => await createReference(world.vault, { kind, workflowId: 'flow-1', connectionId: connection.id, userKey: alice, ...(kind === 'exchanged' && { tokens: tokens(), executionId: '1' }) } as TokenReference);
			const subject = await readSubject(runtime(), connection, await of('exchanged'), { workflowId: 'flow-1', executionId: '1', fetch: plainFetch });
			expect(await tokenOfSubject(runtime(), connection, subject, { fetch: plainFetch, use })).toMatchObject({ accessToken: 'canary-access-token' });
			// Whoever has read that execution cannot show the reference in one of their own.
			await expect(readSubject(runtime(), connection, await of('exchanged'), { workflowId: 'flow-1', executionId: '2', fetch: plainFetch })).rejects.toMatchObject({ code: 'referenceInvalid', message: expect.stringContaining('another execution') });
			await expect(readSubject(runtime(), connection, await of('grant'), { workflowId: 'flow-1', executionId: '1', fetch: plainFetch })).rejects.toMatchObject({ code: 'referenceInvalid' });
		});

		it('S37 are the name of nobody, whole or not', async () => {
			const { connection, reference } = await toAlice();
			for (const value of [reference, reference.toUpperCase(), ` ${reference}`, 'connected-apps:token:', 'Connected-Apps:anything', reference.slice(0, 30)]) {
				expect(() => userKey(value)).toThrow(expect.objectContaining({ code: 'userInvalid' }));
				await expect(readSubject(runtime(), connection, value, { workflowId: 'flow-2', executionId: '1', fetch: plainFetch })).rejects.toMatchObject({ code: expect.stringMatching(/referenceInvalid|userInvalid/) });
			}
		});

		it('S12 S25 the database holds neither references nor tokens in clear', async () => {
			const reference = await createReference(world.vault, issued());
			const stored = await world.place.dump();
			expect([reference, reference.split(':').at(-1)!, 'canary-access-token', 'flow-1'].filter((secret) => stored.includes(secret))).toEqual([]);
		});
	});
}
