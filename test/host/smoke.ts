/**
 * Proves the test host without any node of this package: `tsx test/host/smoke.ts`. Starts a real
 * n8n with a throw-away package, runs flows, kills it, and opens the editor in a browser.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { launchBrowser, screenshot } from './browser';
import { startChatModel } from './chatModel';
import { openEditor, openExecution } from './editor';
import { itemsOf, N8nActivationError, N8nClient } from './n8nClient';
import { startN8n } from './n8nProcess';
import { removeTemporary, temporaryDirectory } from './system/temporary';
import {
	agent, chatModel, code, condition, executeWorkflow, flow, httpRequest, loop, manualTrigger, node,
	noOp, respondToWebhook, set, splitOut, subWorkflowTrigger, webhook, withCredentials,
} from './workflows';

const cleanUp: Array<() => Promise<unknown>> = [];
let lapStart = Date.now();

function lap(what: string): void {
	process.stdout.write(`${String(Date.now() - lapStart).padStart(6)} ms  ${what}\n`);
	lapStart = Date.now();
}

const greeterSource = `
const { z } = require('zod');
class Greeter {
	constructor() {
		this.description = {
			displayName: 'Greeter', name: 'greeter', group: ['transform'], version: 1, description: 'Greets',
			defaults: { name: 'Greeter' }, inputs: ['main'], outputs: ['main'], usableAsTool: true, properties: [
				{ displayName: 'Name', name: 'who', type: 'string', default: '' },
			],
		};
	}
	async execute() {
		return [this.getInputData().map((_, i) => ({ json: { greeting: 'Hello ' + z.string().min(1).parse(this.getNodeParameter('who', i)) } }))];
	}
}
class Refuser {
	constructor() {
		this.description = {
			displayName: 'Refuser', name: 'refuser', group: ['trigger'], version: 1, description: 'Refuses to start',
			defaults: { name: 'Refuser' }, inputs: [], outputs: ['main'], properties: [],
		};
	}
	async trigger() {
		throw new Error('This trigger never starts');
	}
}
`;

/** A community package with a node, a trigger that refuses to start, and a real dependency. */
async function throwAwayPackage(): Promise<string> {
	const directory = temporaryDirectory('package');
	cleanUp.push(async () => await removeTemporary(directory));
	const nodes = [['Greeter', 'dist/Greeter.node.js'], ['Refuser', 'dist/Refuser.node.js']] as const;
	await mkdir(join(directory, 'dist'));
	for (const [name, path] of nodes) await writeFile(join(directory, path), `${greeterSource}\nexports.${name} = ${name};\n`);
	const manifest = {
		name: 'n8n-nodes-throw-away',
		version: '1.0.0',
		keywords: ['n8n-community-node-package'],
		files: ['dist'],
		n8n: { n8nNodesApiVersion: 1, nodes: nodes.map(([, path]) => path), credentials: [] },
		dependencies: { zod: '^4.0.0' },
		devDependencies: { typescript: '5.9' },
	};
	await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
	return directory;
}

const greeter = (who: string, name = 'Greeter') => node(name, 'n8n-nodes-throw-away.greeter', 1, { who });

async function main(): Promise<void> {
	const n8n = await startN8n({ packageDirectory: await throwAwayPackage() });
	cleanUp.unshift(async () => await n8n.stop());
	lap('n8n started with a package of ours');
	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	await client.login();
	lap('owner set up and signed in');

	const greeting = flow('Greeting').chain(
		webhook({ path: 'greet' }),
		greeter('={{ $json.query.who }}'),
		respondToWebhook('={{ { said: $json.greeting } }}'),
	);
	const greetingId = (await client.createWorkflow(greeting.draft())).id;
	await client.activate(greetingId);
	lap('a workflow created and published');
	const greet = async (): Promise<unknown> => await (await fetch(`${n8n.url}/webhook/greet?who=Ada`)).json();
	assert.deepEqual(await greet(), { said: 'Hello Ada' });
	const greeted = await client.waitForNewestExecution(greetingId, 'success');
	assert.deepEqual(itemsOf(greeted, 'Greeter'), [{ greeting: 'Hello Ada' }]);
	lap('called, and its execution read');

	const refusing = flow('Refusing').node(node('Refuser', 'n8n-nodes-throw-away.refuser', 1), noOp()).connect('Refuser', 'No Operation');
	const refusingId = (await client.createWorkflow(refusing.draft())).id;
	await assert.rejects(client.activate(refusingId), (error: unknown) => {
		assert(error instanceof N8nActivationError);
		assert.match(error.message, /"Refuser": .*This trigger never starts/);
		return true;
	});
	await client.deleteWorkflow(refusingId);
	lap('a trigger that fails is told');

	const header = await client.createCredential({ name: 'Key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: 's3cret' } });
	const sub = await client.createWorkflow(flow('Sub').chain(subWorkflowTrigger(), set('={{ { n: $json.n, doubled: $json.n * 2 } }}')).draft());
	await client.activate(sub.id);
	const echo = flow('Echo').chain(webhook({ path: 'echo', respond: 'lastNode' }), set('={{ { key: $json.headers["x-key"] } }}'));
	await client.activate((await client.createWorkflow(echo.draft())).id);
	const authentication = { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' };
	const every = flow('Every helper')
		.chain(manualTrigger(), set({ list: [{ n: 1 }, { n: 2 }, { n: 3 }] }), splitOut('list'), condition('={{ $json.n > 1 }}'))
		.node(noOp('One'))
		.chain(executeWorkflow(sub), loop(), code('return $input.all().map((i) => ({ json: { ...i.json, code: true } }))'))
		.chain(withCredentials(httpRequest({ url: `${n8n.url}/webhook/echo`, parameters: authentication }), header))
		.connect('If', 'Execute Workflow')
		.connect('If', 'One', { output: 1 })
		.connect('Loop Over Items', 'HTTP Request')
		.draft();
	every.connections['Loop Over Items'] = {
		main: [[{ node: 'HTTP Request', type: 'main', index: 0 }], [{ node: 'Code', type: 'main', index: 0 }]],
	};
	every.connections['Code'] = { main: [[{ node: 'Loop Over Items', type: 'main', index: 0 }]] };
	const everyId = (await client.createWorkflow(every)).id;
	const ran = await client.waitForExecution(await client.runManually(everyId, { from: 'Manual Trigger' }), 'success');
	assert.deepEqual(itemsOf(ran, 'One'), [{ n: 1 }]);
	assert.deepEqual(itemsOf(ran, 'Loop Over Items'), [{ n: 2, doubled: 4, code: true }, { n: 3, doubled: 6, code: true }]);
	assert.deepEqual(itemsOf(ran, 'HTTP Request'), [{ key: 's3cret' }, { key: 's3cret' }]);
	lap('every node helper run by hand');

	const model = await startChatModel({ tool: 'Greeter', arguments: { who: 'Grace' } }, 'She said: Hello Grace');
	cleanUp.push(async () => await model.stop());
	const openAi = await client.createCredential(model.credential);
	const tool = node('Greeter', 'n8n-nodes-throw-away.greeterTool', 1, { who: "={{ $fromAI('who') }}" });
	const asking = flow('Agent')
		.chain(manualTrigger(), agent('Greet Grace'))
		.node(chatModel(openAi), tool)
		.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
		.connect('Greeter', 'AI Agent', { type: 'ai_tool' });
	const askingId = (await client.createWorkflow(asking.draft())).id;
	const asked = await client.waitForExecution(await client.runManually(askingId, { from: 'Manual Trigger' }), 'success');
	assert.deepEqual(itemsOf(asked, 'AI Agent'), [{ output: 'She said: Hello Grace' }]);
	assert.match(JSON.stringify(model.requests[1]), /Hello Grace/);
	lap('an AI agent called a node of ours as a tool');

	await n8n.kill();
	await n8n.restart();
	lap('killed and started again on the same folder');
	await client.waitForWebhook('greet');
	assert.deepEqual(await greet(), { said: 'Hello Ada' });
	lap('the workflow is published again');

	const browser = await launchBrowser();
	cleanUp.unshift(async () => await browser.close());
	const profile = await browser.newProfile();
	const page = await openEditor(profile, client, askingId);
	await page.getByText('AI Agent').first().waitFor();
	lap('the editor shows a workflow');
	process.stdout.write(`          ${await screenshot(page, 'smoke-editor')}\n`);
	const past = await openExecution(profile, client, asked);
	lap('the editor shows an execution');
	process.stdout.write(`          ${await screenshot(past, 'smoke-execution')}\n`);
	assert.deepEqual(profile.addresses.containing('s3cret'), []);
	assert(profile.addresses.visited.some((url) => url.includes(`/workflow/${askingId}`)));
}

async function clean(): Promise<void> {
	for (const step of cleanUp.splice(0)) await step();
	lap('cleaned up');
}

main()
	.catch((error: unknown) => {
		console.error(error);
		process.exitCode = 1;
	})
	.finally(clean);
