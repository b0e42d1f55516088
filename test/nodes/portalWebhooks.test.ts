import { resolveWebhookDescriptionField, Workflow, type INode, type INodeTypes } from 'n8n-workflow';

import { ConnectedAppsTrigger } from '../../nodes/ConnectedAppsTrigger/ConnectedAppsTrigger.node';
import { PORTAL_PAGES, PORTAL_WEBHOOKS } from '../../nodes/ConnectedAppsTrigger/webhooks';

const trigger = new ConnectedAppsTrigger();
const nodeTypes = { getByName: () => trigger, getByNameAndVersion: () => trigger, getKnownTypes: () => ({}) } as INodeTypes;

function nodeOf(path: string): { workflow: Workflow; node: INode } {
	const node: INode = { id: '1', name: 'Portal', type: 'connectedAppsTrigger', typeVersion: 1, position: [0, 0], parameters: { path } };
	const workflow = new Workflow({ id: '1', nodes: [node], connections: {}, active: true, nodeTypes });
	return { workflow, node: workflow.getNode('Portal')! };
}

describe.each(['connected-apps', '/apps/', '//a/b//', 'Ärger', 'with space'])('the addresses of a portal at "%s"', (path) => {
	test('are the same, resolved by n8n itself or as expressions', () => {
		const { workflow, node } = nodeOf(path);
		const native = PORTAL_WEBHOOKS.map((webhook) => resolveWebhookDescriptionField(node, webhook, 'path'));
		const evaluated = PORTAL_WEBHOOKS.map((webhook) => workflow.expression.getSimpleParameterValue(node, webhook.path, 'internal', {}));
		expect(native).toEqual(evaluated.map((value) => ({ resolved: true, value })));
		const own = path.replace(/^\/+|\/+$/g, '');
		expect(new Set(evaluated)).toEqual(new Set([own, ...PORTAL_PAGES.map((page) => `${own}/${page}`)]));
	});
});

test('are left to n8n where a parameter is an expression', () => {
	// `noDataExpression` keeps n8n from taking one for the path itself; any other parameter may have one.
	const { node } = nodeOf('apps');
	node.parameters.portalName = '={{ "a" }}';
	expect(resolveWebhookDescriptionField(node, PORTAL_WEBHOOKS[0]!, 'path')).toEqual({ resolved: false });
});
