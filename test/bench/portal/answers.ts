import { userKey } from '../../../lib/identity';
import type { World } from '../../e2e/world';
import { tell, type HostVault } from './hostVault';

const WALKS = 24;
const AIM_MS = 1_500;

/** From the browser's request for the callback until the flow's answer is there. */
export async function measureAnswers(world: World, { vault, connection }: HostVault): Promise<void> {
	await world.browserFlow('bench-answer');
	await world.client.waitForWebhook('bench-answer');
	const times: number[] = [];
	for (let index = 0; index < WALKS; index++) {
		const name = ['alice', 'bob', 'carol'][index % 3]!;
		await vault.grants.end({ connectionId: connection.id, userKey: userKey(`${name}@example.com`) }, 'disconnected', { revoke: false });
		const profile = await world.newProfile();
		const page = await profile.newPage();
		let askedMs = 0;
		page.on('request', (request) => {
			if (new URL(request.url()).pathname.endsWith('/salesforce/callback')) askedMs = performance.now();
		});
		await world.walk(page, `${world.flowUrl('bench-answer')}?user=${name}@example.com`, name);
		times.push(performance.now() - askedMs);
		await profile.close();
	}
	tell('callback → the flow’s answer in the browser', times, AIM_MS);
}
