import { NodeConnectionTypes, NodeOperationError, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, runPerItem, WAITING_TOOLTIP } from '../../lib/n8n';
import { identityFields, waitOptions } from '../../lib/n8n/connectorFields';
import { testUserLogin } from '../../lib/n8n/testUserLogin';
import { actionFields, findOperation } from './actions';
import { DEFAULT_API_VERSION, isTokenRejected } from './transport/callSalesforce';

const CREDENTIAL = 'salesforceUserLoginOAuth2Api';

export class SalesforceRetrieveData implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Salesforce Retrieve Data',
		name: 'salesforceRetrieveData',
		icon: { light: 'file:salesforce.svg', dark: 'file:salesforce.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Retrieve Salesforce data as the person who started the flow',
		defaults: { name: 'Salesforce Retrieve Data' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		credentials: [{ name: 'salesforceUserLoginOAuth2Api', required: true, testedBy: 'testSalesforceUserLogin' }],
		properties: [
			...identityFields('Salesforce'),
			...actionFields,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [
					...waitOptions,
					{ displayName: 'API Version', name: 'apiVersion', type: 'string', default: DEFAULT_API_VERSION, description: 'Version of the Salesforce REST API' },
					{ displayName: 'Include Deleted', name: 'includeDeleted', type: 'boolean', default: false, description: 'Whether a query also returns deleted and archived rows (queryAll)' },
					{ displayName: 'Keep Attributes', name: 'keepAttributes', type: 'boolean', default: false, description: "Whether to keep Salesforce's own attributes (type and address) of each row" },
				],
			},
		],
	};

	methods = { credentialTest: { testSalesforceUserLogin: testUserLogin(CREDENTIAL) } };

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runPerItem(this, { credentialType: CREDENTIAL, isTokenRejected, scopes: ['api'] }, async (context, session, itemIndex) => {
			const resource = String(context.getNodeParameter('resource', itemIndex));
			const name = String(context.getNodeParameter('operation', itemIndex));
			const operation = findOperation(resource, name);
			if (operation === undefined) throw new NodeOperationError(context.getNode(), `The operation "${name}" of "${resource}" is not known`, { itemIndex });
			return await operation(context, session, itemIndex);
		});
	}
}
