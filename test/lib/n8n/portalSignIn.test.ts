import { readPortalSignIn } from '../../../lib/n8n/portalSignIn';

const HOUR_MS = 3_600_000;

describe('what the trigger says of signing in to its portal', () => {
	const read = async (parameters: Record<string, unknown>) => {
		const context = { getNode: () => ({ id: 'n', name: 'Connected Apps Trigger' }), getWorkflow: () => ({ id: 'w', name: 'Apps' }), getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback };
		return await readPortalSignIn(context as unknown as Parameters<typeof readPortalSignIn>[0], { lastingProofOf: (material) => material });
	};

	it('sessions last an hour without use and half a day in all, or as long as it says', async () => {
		expect((await read({})).session).toEqual({ idleMs: HOUR_MS, absoluteMs: 12 * HOUR_MS });
		expect((await read({ 'sessions.idleMinutes': 525_600, 'sessions.absoluteHours': 0.5 })).session).toEqual({ idleMs: 8_760 * HOUR_MS, absoluteMs: HOUR_MS / 2 });
	});

	it.each([
		['idleMinutes', 0, 'Idle Limit (Minutes)', 525_600],
		['idleMinutes', 525_601, 'Idle Limit (Minutes)', 525_600],
		['idleMinutes', '60', 'Idle Limit (Minutes)', 525_600],
		['absoluteHours', -1, 'Absolute Limit (Hours)', 8_760],
		['absoluteHours', 1e12, 'Absolute Limit (Hours)', 8_760],
		['absoluteHours', Number.NaN, 'Absolute Limit (Hours)', 8_760],
	])('refuses %s of %s', async (name, value, label, most) => {
		await expect(read({ [`sessions.${name}`]: value })).rejects.toMatchObject({ code: 'settingInvalid', message: `The parameter "${label}" must be more than 0, and at most ${most} (a year)`, details: { field: name } });
	});
});
