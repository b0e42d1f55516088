import { NodeConnectionTypes, NodeOperationError, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, runPerItem, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { identityFields } from '../../lib/n8n/connectorFields';
import { testServerLogin } from '../../lib/n8n/testServerLogin';
import { testUserLogin } from '../../lib/n8n/testUserLogin';
import { actionFields, findOperation } from './actions';
import { nodeOptions } from './actions/options';
import * as listSearch from './methods/listSearch';
import * as loadOptions from './methods/loadOptions';
import * as resourceMapping from './methods/resourceMapping';
import { createBackend } from './transport/createBackend';
import { CLIENT_CREDENTIALS, loginMissing, loginOf, loginRefused, OFFERED, PASSWORD, USER_LOGINS, type Service } from './transport/logins';
import { testPassword } from './transport/server/testPassword';

export class SharePoint implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SharePoint',
		name: 'sharePoint',
		icon: { light: 'file:sharePoint.svg', dark: 'file:sharePoint.dark.svg' },
		group: ['transform'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Read and write SharePoint lists and files as the person who started the flow',
		defaults: { name: 'SharePoint' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		// `hide`, because n8n’s editor takes a field away by which credentials are shown: nobody could choose the service account.
		credentials: [
			{ name: USER_LOGINS.online, required: true, testedBy: 'testSharePointOnlineUserLogin', displayOptions: { hide: { service: ['server'], authentication: ['clientCredentials', 'password'] } } },
			{ name: CLIENT_CREDENTIALS, required: true, testedBy: 'testSharePointOnlineClientCredentials', displayOptions: { hide: { service: ['server'], authentication: ['individualUser', 'password', 'serviceAccount'] } } },
			{ name: USER_LOGINS.server, required: true, testedBy: 'testSharePointServerUserLogin', displayOptions: { hide: { service: ['online'], authentication: ['clientCredentials', 'password'] } } },
			{ name: PASSWORD, required: true, testedBy: 'testSharePointServerPassword', displayOptions: { hide: { service: ['online'], authentication: ['clientCredentials', 'individualUser', 'serviceAccount'] } } },
		],
		properties: [
			{
				displayName: 'Service',
				name: 'service',
				type: 'options',
				// One choice for all items, as the authentication.
				noDataExpression: true,
				options: [
					{ name: 'SharePoint Online', value: 'online', description: 'In Microsoft 365' },
					{ name: 'SharePoint Server', value: 'server', description: 'On the organization’s own servers' },
				],
				default: 'online',
			},
			...identityFields('SharePoint Online', OFFERED.online, { service: ['online'] }),
			...identityFields('SharePoint Server', OFFERED.server, { service: ['server'] }),
			...actionFields,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: nodeOptions },
		],
	};

	methods = {
		credentialTest: {
			testSharePointOnlineUserLogin: testUserLogin(USER_LOGINS.online),
			testSharePointOnlineClientCredentials: testServerLogin(CLIENT_CREDENTIALS),
			testSharePointServerUserLogin: testUserLogin(USER_LOGINS.server),
			testSharePointServerPassword: testPassword,
		},
		listSearch,
		loadOptions,
		resourceMapping,
	};

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const node = this.getNode();
		const service: Service = this.getNodeParameter('service', 0, 'online') === 'server' ? 'server' : 'online';
		// Neither can differ from item to item.
		const [resource, name] = [String(this.getNodeParameter('resource', 0)), String(this.getNodeParameter('operation', 0))];
		const operation = findOperation(resource, name);
		if (operation === undefined) throw new NodeOperationError(node, `The operation "${name}" of "${resource}" is not known`);
		const missing = loginRefused(service, node.parameters, node.credentials ?? {}) ?? loginMissing(service, String(this.getNodeParameter('authentication', 0, 'individualUser')));
		if (missing !== undefined) throw new NodeOperationError(node, missing);
		// A node that runs as a tool may lack it.
		const signal = this.getExecutionCancelSignal?.();
		return await runPerItem(this, loginOf(service, operation.needs), async (context, session, itemIndex) => {
			const options = context.getNodeParameter('options', itemIndex, {});
			const backend = createBackend(service, { session, node, logger: context.logger, helpers: context.helpers, signal, itemIndex, options });
			if (operation.capability !== undefined && !backend.can(operation.capability)) throw new NodeOperationError(node, `SharePoint Server cannot do this: "${operation.name}"`, { itemIndex, description: 'Only SharePoint Online has it' });
			return await operation.execute({ context, itemIndex, backend });
		});
	}
}
