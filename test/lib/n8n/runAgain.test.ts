import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { openSignInRequest, usersHashOf, type Connection } from '../../../lib/connections';
import { runAgain } from '../../../lib/n8n';
import { enableWaitingNode } from '../../../lib/n8n/runAgain';
import { useNodes } from '../../nodes/support/executing';
import { alice, bob } from '../connections/support/world';

const input: INodeExecutionData[][] = [[{ json: { n: 1 } }, { json: { n: 2 } }]];
const stack = (changes: Record<string, unknown> = {}) => ({ executionData: { nodeExecutionStack: [{ node: { name: 'Salesforce', disabled: true }, data: { main: input }, ...changes }] } });

function webhook(runExecutionData: unknown, executionId = '1') {
	const answers: { status: number; body: unknown }[] = [];
	const logged: string[] = [];
	let status = 200;
	const response = {
		status(code: number) {
			status = code;
			return response;
		},
		set: () => response,
		json: (body: unknown) => void answers.push({ status, body }),
	};
	const context = { getResponseObject: () => response, getNode: () => ({ name: 'Salesforce' }), getExecutionId: () => executionId, runExecutionData, logger: { error: (message: string, meta?: unknown) => void logged.push(`${message} ${JSON.stringify(meta)}`) } };
	return { answers, logged, context: context as unknown as IWebhookFunctions };
}

describe('taking the mark off a waiting node', () => {
	it('gives the original input back and enables just that node', () => {
		const data = stack();
		expect(enableWaitingNode(webhook(data).context)).toBe(input);
		expect(data.executionData.nodeExecutionStack[0]!.node.disabled).toBe(false);
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['no execution data', {}],
		['no stack', { executionData: {} }],
		['an empty stack', { executionData: { nodeExecutionStack: [] } }],
		['another node first', stack({ node: { name: 'Other', disabled: true } })],
		['no node', stack({ node: undefined })],
		['no data', stack({ data: undefined })],
		['data of another form', stack({ data: { main: 'x' } })],
	])('leaves everything alone where n8n keeps %s', (_what, data) => {
		const before = JSON.stringify(data);
		expect(enableWaitingNode(webhook(data).context)).toBeUndefined();
		expect(JSON.stringify(data)).toBe(before);
	});
});

describe('the restart webhook', () => {
	const world = useNodes();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});
	const open = async (user = alice, runIndex = 0, nodeName = 'Salesforce') =>
		await openSignInRequest(world.vault, connection, { run: { executionId: '1', nodeName, runIndex }, userKey: user, workflowId: 'f', workflowName: 'F', answer: 'none', usersHash: usersHashOf([user]), resumeUrl: 'http://127.0.0.1/webhook-waiting/1?signature=s', expiresInMs: 60_000 });
	const complete = async (user = alice) => void (await world.vault.requests.complete({ connectionId: connection.id, userKey: user }));
	async function called(data: unknown = stack()) {
		const played = webhook(data);
		return { ...played, result: await runAgain.call(played.context), data };
	}
	const refused = (status: number) => [expect.objectContaining({ status })];

	it('runs the node again once its person has signed in', async () => {
		await open();
		await complete();
		const { result, answers } = await called();
		expect(result).toEqual({ workflowData: input });
		expect(answers).toEqual([]);
	});

	it('S36 whoever has the resume URL cannot go on before the sign-in', async () => {
		await open();
		const { result, answers, data } = await called();
		expect(result).toEqual({ noWebhookResponse: true });
		expect(answers).toEqual(refused(403));
		expect((data as ReturnType<typeof stack>).executionData.nodeExecutionStack[0]!.node.disabled).toBe(true);
	});

	it('S36 nor while one of several people is missing, nor without any request, nor after it was resumed or closed', async () => {
		expect((await called()).answers).toEqual(refused(403));
		await open();
		await open(bob);
		await complete();
		expect((await called()).answers).toEqual(refused(403));
		await complete(bob);
		expect((await called()).result.workflowData).toBe(input);
		await world.vault.requests.markResumed({ executionId: '1', nodeName: 'Salesforce', runIndex: 0 });
		expect((await called()).answers).toEqual(refused(403));
		await world.vault.requests.close({ executionId: '1', nodeName: 'Salesforce', runIndex: 0 });
		expect((await called()).answers).toEqual(refused(403));
	});

	it('looks at the newest run of this node only', async () => {
		await open(alice, 0);
		await complete();
		await world.vault.requests.markResumed({ executionId: '1', nodeName: 'Salesforce', runIndex: 0 });
		await open(alice, 1);
		expect((await called()).answers).toEqual(refused(403));
		await complete();
		await open(bob, 0, 'Another node');
		expect((await called()).result.workflowData).toBe(input);
	});

	it('runs again what waited too long, so that the node can fail', async () => {
		await open();
		await world.vault.requests.complete({ connectionId: connection.id, userKey: bob });
		world.advance(61_000);
		await world.vault.requests.expireOverdue(10);
		expect((await called()).result.workflowData).toBe(input);
	});

	describe('where the node waits for something else', () => {
		const run = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };
		async function park(runIndex = 0, checkInMs = 3_600_000): Promise<void> {
			const wait = await world.vault.waits.open({ ...run, runIndex, topic: 'parcel:1', workflowId: 'f', workflowName: 'F', resumeUrl: 'http://127.0.0.1/webhook-waiting/1?signature=s', limitMs: 0 });
			await world.vault.waits.park([{ id: wait.id, wakesSeen: wait.wakes, checkInMs }]);
		}

		it('S36 runs the node again when it was woken, not before, and not once it is at work or done', async () => {
			await park();
			expect((await called()).answers).toEqual(refused(403));
			await world.vault.waits.wake('parcel:1');
			expect((await called()).result.workflowData).toBe(input);
			await world.vault.waits.claim(run, 'p', 60_000);
			expect((await called()).result.workflowData).toBe(input);
			await world.vault.waits.takeUp(run);
			expect((await called()).answers).toEqual(refused(403));
			await world.vault.waits.finish(run);
			expect((await called()).answers).toEqual(refused(403));
		});

		it('looks at its newest run, whatever that one waits for', async () => {
			await park(0, 0);
			await open(alice, 1);
			expect((await called()).answers).toEqual(refused(403));
			await complete();
			expect((await called()).result.workflowData).toBe(input);
			await world.vault.requests.markResumed({ ...run, runIndex: 1 });
			expect((await called()).answers).toEqual(refused(403));
			await park(1);
			expect((await called()).answers).toEqual(refused(403));
			await world.vault.waits.wake('parcel:1');
			expect((await called()).result.workflowData).toBe(input);
		});

		it('S36 an open sign-in of the same run comes first', async () => {
			await open();
			await park(0, 0);
			expect((await called()).answers).toEqual(refused(403));
			await complete();
			expect((await called()).result.workflowData).toBe(input);
		});
	});

	it('stays waiting and says what to do where n8n’s shape is not the known one', async () => {
		await open();
		await complete();
		const { result, answers, logged } = await called({ executionData: {} });
		expect(result).toEqual({ noWebhookResponse: true });
		expect(answers).toEqual(refused(500));
		expect(logged).toEqual([expect.stringMatching(/Update n8n-nodes-connected-apps/)]);
	});

	it('never throws, whatever breaks: n8n would go on behind the node', async () => {
		process.env.CONNECTED_APPS_DATABASE_URL = 'nonsense';
		const { result, answers, logged } = await called();
		expect(result).toEqual({ noWebhookResponse: true });
		expect(answers).toEqual(refused(500));
		expect(logged).toHaveLength(1);
	});
});
