import type { UserKey } from '../../../../lib/types';
import type { Vault } from '../../../../lib/vault';
import { account, request, revoking, tokens } from './samples';
import { alice, sales, useVault, type MakePlace } from './setup';

const HOUR_MS = 3_600_000;
const bounds = { perHour: 3, waiting: 5 };

export function describeNewPeople(makePlace: MakePlace): void {
	describe('S40 people who never connected the app', () => {
		const under = useVault(makePlace);
		const ask = async (name: string, more: Parameters<typeof request>[0] = {}, vault: Vault = under.vault) =>
			await vault.requests.open(request({ executionId: `e-${name}`, userKey: name as UserKey, ...more }), 20, bounds);
		const askAll = async (...names: string[]) => {
			for (const name of names) await ask(name);
		};

		it('are asked by one workflow so many times within an hour, whatever became of it', async () => {
			await askAll('a', 'b', 'c');
			for (const name of ['a', 'b', 'c']) await under.vault.requests.close(request({ executionId: `e-${name}` }));
			await expect(ask('d')).rejects.toMatchObject({ code: 'tooManyRequests', message: expect.stringContaining('3 people within an hour'), details: { field: 'user', advice: expect.stringContaining('CONNECTED_APPS_NEW_PEOPLE_PER_HOUR') } });
			expect(await under.vault.requests.listForExecution('e-d')).toEqual([]);
			expect((await ask('d', { workflowId: 'another', executionId: 'elsewhere' })).created).toBe(true);
			under.advance(HOUR_MS + 1_000);
			expect((await ask('d')).created).toBe(true);
		});

		it('are waited for by one workflow so many times at once', async () => {
			await askAll('a', 'b', 'c');
			under.advance(HOUR_MS + 1_000);
			await askAll('d', 'e');
			under.advance(HOUR_MS + 1_000);
			await expect(ask('f')).rejects.toMatchObject({ code: 'tooManyRequests', message: expect.stringContaining('5 people who never connected') });
			await under.vault.requests.close(request({ executionId: 'e-a' }));
			expect((await ask('f')).created).toBe(true);
		});

		it('who ask again for the same run are not counted twice', async () => {
			await askAll('a', 'b', 'c');
			expect((await ask('c')).created).toBe(false);
		});

		it('never hold up somebody who has connected it, and such people count for nothing', async () => {
			await under.vault.grants.save({ connectionId: sales, userKey: alice }, tokens(), account, revoking);
			for (let index = 0; index < 5; index++) await ask(alice, { executionId: `alice-${index}` });
			await askAll('a', 'b', 'c');
			await expect(ask('d')).rejects.toMatchObject({ code: 'tooManyRequests' });
			expect((await ask(alice, { executionId: 'alice-5' })).created).toBe(true);
			const grant = (await under.vault.grants.find({ connectionId: sales, userKey: alice }))!;
			await under.vault.grants.end(grant, 'disconnected', { revoke: false });
			expect((await ask(alice, { executionId: 'alice-6' })).created).toBe(true);
		});

		it('are bounded under a rush of two processes, too', async () => {
			const other = await under.open();
			const asked = await Promise.allSettled(Array.from({ length: 12 }, async (_, index) => await ask(`n${index}`, {}, index % 2 === 0 ? under.vault : other)));
			expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(bounds.perHour);
		});
	});
}
