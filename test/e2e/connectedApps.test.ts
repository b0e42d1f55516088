import { itemsOf } from '../host/n8nClient';
import { flow, noOp, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { Browser } from '../sandbox/browser';
import { genericLogin, itemsByHand, offerApp, peopleNode, runByHand, signIn, type App } from './apps';
import { answerOf, walkFlow } from './walk';
import { createWorld, waitFor, type World } from './world';

let world: World;
let app: App;

beforeAll(async () => {
	world = await createWorld();
	app = await offerApp(world, 'second', genericLogin(world.sandbox, 'second'));
}, 300_000);

afterAll(async () => {
	await world?.close();
});

/** The node with both apps attached. */
const connectedApps = (operation: string, user: string, name = 'Connected Apps') => withCredentials(own(name, 'connectedApps', { operation, user }), world.credential, app.credential);
const byHand = async (operation: string, person: string) => await itemsByHand(world, [connectedApps(operation, `${person}@example.com`)]);

describe('Connected Apps in a real n8n', () => {
	test('the gate leads a browser over both apps in one walk, and the flow answers with what came in', async () => {
		await world.publish(flow('gate').chain(webhook({ path: 'gate' }), connectedApps('requireSignIn', '={{ $json.query.user }}', 'Gate'), respondToWebhook('={{ JSON.stringify({ user: $json.query.user, note: $json.query.note }) }}')));
		const address = `${world.flowUrl('gate')}?user=carol@example.com&note=kept`;
		const walked = await walkFlow(world, address, 'carol');
		expect(answerOf(walked)).toEqual({ user: 'carol@example.com', note: 'kept' });
		const pages = walked.seen.map((seen) => new URL(seen).pathname);
		expect(pages.filter((page) => page.endsWith('/callback'))).toHaveLength(2);
		expect(pages).toEqual(expect.arrayContaining(['/webhook/connected-apps/sign-in', '/webhook/second/sign-in']));
		// Now nobody is asked any more.
		const again = await walkFlow(world, address, 'carol');
		expect([answerOf(again), again.seen]).toEqual([{ user: 'carol@example.com', note: 'kept' }, [world.flowUrl('gate')]]);
	});

	test('tells what stands, and ends it', async () => {
		expect(await byHand('getStatus', 'carol')).toEqual([{ user: 'carol@example.com', signedIn: true, apps: [expect.objectContaining({ app: 'Salesforce', status: 'connected' }), expect.objectContaining({ status: 'connected' })], missing: [] }]);
		expect(await byHand('list', 'carol')).toEqual([expect.objectContaining({ app: 'Salesforce', account: 'carol@example.com', signedIn: true }), expect.objectContaining({ signedIn: true, portalAddress: app.portalUrl })]);
		expect(await byHand('test', 'carol')).toEqual([expect.objectContaining({ works: true, checkedBy: 'account' }), expect.objectContaining({ works: true })]);
		expect(await byHand('disconnect', 'carol')).toEqual([expect.objectContaining({ disconnected: true, revoked: 'revoked' }), expect.objectContaining({ disconnected: true, revoked: 'revoked' })]);
		expect(await byHand('getStatus', 'carol')).toMatchObject([{ signedIn: false, apps: [{ status: 'disconnected' }, { status: 'disconnected' }] }]);
		expect(await byHand('getStatus', 'nobody')).toMatchObject([{ signedIn: false, apps: [{ status: 'needsSignIn' }, { status: 'needsSignIn' }] }]);
	});

	test('makes a link that opens My connected apps for its person, once', async () => {
		const [link, ...others] = await byHand('getSignInLink', 'alice');
		expect(link).toMatchObject({ user: 'alice@example.com', personal: true, apps: ['Salesforce'] });
		// The second app belongs to another trigger, and so to another portal.
		expect(others).toMatchObject([{ personal: true }]);
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(String(link!.signInUrl));
		await page.click('main button[type=submit]');
		await page.waitForURL(world.portalUrl);
		expect(await page.locator('body').innerText()).toContain('alice@example.com');
		await profile.close();
		expect(await (await fetch(String(link!.signInUrl))).text()).toContain('used already');
	});

	test('items whose people are missing wait for nobody where that is chosen, and the others pass', async () => {
		await world.publish(flow('sign in bob').chain(webhook({ path: 'sign-in-bob' }), connectedApps('requireSignIn', 'bob@example.com'), respondToWebhook()));
		await walkFlow(world, world.flowUrl('sign-in-bob'), 'bob', { browser: new Browser() });
		const gate = withCredentials(own('Gate', 'connectedApps', { operation: 'requireSignIn', user: '={{ $json.email }}', ifNotSignedIn: 'continueErrorOutput' }, { onError: 'continueErrorOutput' }), world.credential, app.credential);
		const id = await world.publish(
			flow('error output')
				.chain(webhook({ path: 'error-output', respond: 'lastNode' }), peopleNode('bob', 'dave'), gate, noOp('Signed in'))
				.node(noOp('Not signed in'))
				.connect('Gate', 'Not signed in', { output: 1 }),
		);
		await fetch(world.flowUrl('error-output'));
		const execution = await waitFor(async () => (await world.client.executions({ workflowId: id })).find(({ status }) => status === 'success'), 'the run');
		const run = await world.client.execution(execution.id);
		expect(itemsOf(run, 'Signed in')).toEqual([{ email: 'bob@example.com' }]);
		expect(JSON.stringify(itemsOf(run, 'Not signed in'))).toContain('Authentication needed: dave@example.com');
	});

	test('the trigger tells once that a sign-in has ended at the provider', async () => {
		await signIn(world, app, 'alice');
		await world.control('revoke-grants', { provider: 'oauth2' });
		await world.control('expire-access-tokens', { provider: 'oauth2' });
		const only = withCredentials(own('Connected Apps', 'connectedApps', { operation: 'test', user: 'alice@example.com' }), app.credential);
		expect(await itemsByHand(world, [only])).toMatchObject([{ works: false, code: 'authenticationNeeded' }]);
		const told = await world.waitForMail({ event: 'needsSignIn', user: 'alice@example.com' });
		expect(told).toMatchObject({ status: 'needsSignIn', reason: 'invalidGrant', portalAddress: app.portalUrl });
		expect(told.signInUrl).toBeUndefined();
		await itemsByHand(world, [only]);
		// A second one would have been sent before what is told later.
		await signIn(world, app, 'alice');
		await waitFor(async () => (await world.mails({ event: 'connected', user: 'alice@example.com', connectionName: 'second' })).length === 2, 'the event of the new sign-in');
		expect(await world.mails({ event: 'needsSignIn', user: 'alice@example.com' })).toHaveLength(1);
	});

	test('without a credential it says what is missing', async () => {
		const run = await runByHand(world, [own('Connected Apps', 'connectedApps', { operation: 'getStatus', user: 'alice@example.com' })], 'error');
		expect(run.data.resultData.error?.message).toContain('No credential is selected');
	});
});
