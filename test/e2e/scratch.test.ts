import { itemsOf } from '../host/n8nClient';
import { startChatModel } from '../host/chatModel';
import { agent, chatModel, flow, manualTrigger, node, withCredentials, httpRequest } from '../host/workflows';
import { genericLogin, offerApp, peopleNode, signIn, type App } from './apps';
import { createWorld, waitFor, type World } from './world';

let world: World;
let app: App;

beforeAll(async () => {
	world = await createWorld();
	app = await offerApp(world, 'items', genericLogin(world.sandbox, 'items', { useDpop: 'off' }));
}, 300_000);

afterAll(async () => await world?.close());

test('agent', async () => {
	await signIn(world, app, 'alice', 'bob');
	for (const version of [2.2, 3.1]) for (const kind of ['n8n-nodes-base.httpRequestTool', '@n8n/n8n-nodes-langchain.toolHttpRequest']) {
		const model = await startChatModel({ tool: kind.includes('langchain') ? 'Me' : 'Me', arguments: {} }, 'Done.');
		const credential = await world.client.createCredential(model.credential);
		const tool = kind.includes('langchain')
			? node('Me', kind, 1.1, { toolDescription: 'Who am I', method: 'GET', url: `${world.sandbox.oauth2.apiUrl}/me`, authentication: 'predefinedCredentialType', nodeCredentialType: app.credential.type })
			: node('Me', kind, 4.5, { toolDescription: 'Who am I', method: 'GET', url: `${world.sandbox.oauth2.apiUrl}/me`, authentication: 'predefinedCredentialType', nodeCredentialType: app.credential.type, options: {} });
		const draft = flow('agent')
			.chain(manualTrigger(), peopleNode('alice', 'bob'), agent('={{ "Who is " + $json.email }}', { typeVersion: version }))
			.node(chatModel(credential))
			.node(withCredentials(tool, app.credential))
			.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
			.connect('Me', 'AI Agent', { type: 'ai_tool' });
		await world.control('calls', undefined, 'DELETE');
		const { id } = await world.client.createWorkflow(draft.draft());
		const run = await world.client.runManually(id, { from: 'Manual Trigger', to: 'AI Agent' });
		const ended = await waitFor(async () => {
			const execution = await world.client.execution(run).catch(() => undefined);
			return execution !== undefined && ['success', 'error'].includes(execution.status) ? execution : undefined;
		}, 'the agent to end');
		console.log(version, kind, ended.status, JSON.stringify(ended.data.resultData.error?.message), JSON.stringify((await world.calls({ server: 'api' })).map(({ user, status }) => [user, status])), JSON.stringify(itemsOf(ended, 'AI Agent')), JSON.stringify(ended.data.resultData.runData['Me']?.map((entry) => entry.data?.['ai_tool'])).slice(0, 1500));
		await model.stop();
	}
});
