import { NodeConnectionTypes, NodeOperationError, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, runPerItem, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { identityFields } from '../../lib/n8n/connectorFields';
import { testServerLogin } from '../../lib/n8n/testServerLogin';
import { testUserLogin } from '../../lib/n8n/testUserLogin';
import { actionFields, findOperation } from './actions';
import { nodeOptions } from './actions/options';
import { createOperationRuns } from './actions/runOperation';
import * as listSearch from './methods/listSearch';
import * as loadOptions from './methods/loadOptions';
import { isTokenRejected } from './transport/apiFailure';
import { SERVER_LOGINS, USER_LOGIN } from './transport/credentials';

export class SalesforceRetrieveData implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Salesforce Retrieve Data',
		name: 'salesforceRetrieveData',
		icon: { light: 'file:salesforce.svg', dark: 'file:salesforce.dark.svg' },
		group: ['input'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Retrieve Salesforce data as the person who started the flow',
		defaults: { name: 'Salesforce Retrieve Data' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		// `hide`, because n8n’s editor takes a field away by which credentials are shown: nobody could choose the service account.
		credentials: [
			{ name: 'salesforceUserLoginOAuth2Api', required: true, testedBy: 'testSalesforceUserLogin', displayOptions: { hide: { authentication: ['clientCredentials', 'jwtBearer'] } } },
			{ name: 'salesforceClientCredentialsOAuth2Api', required: true, testedBy: 'testSalesforceClientCredentials', displayOptions: { hide: { authentication: ['individualUser', 'jwtBearer', 'serviceAccount'] } } },
			{ name: 'salesforceJwtBearerOAuth2Api', required: true, testedBy: 'testSalesforceJwtBearer', displayOptions: { hide: { authentication: ['clientCredentials', 'individualUser', 'serviceAccount'] } } },
		],
		properties: [
			...identityFields('Salesforce', ['clientCredentials', 'jwtBearer']),
			...actionFields,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: nodeOptions },
		],
	};

	methods = {
		credentialTest: {
			testSalesforceUserLogin: testUserLogin(USER_LOGIN),
			testSalesforceClientCredentials: testServerLogin(SERVER_LOGINS.clientCredentials),
			testSalesforceJwtBearer: testServerLogin(SERVER_LOGINS.jwtBearer),
		},
		listSearch,
		loadOptions,
	};

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const runs = createOperationRuns(this);
		const preFlight = { credentialType: USER_LOGIN, serverLogins: SERVER_LOGINS, isTokenRejected, scopes: ['api'] };
		return await runPerItem(this, preFlight, async (context, session, itemIndex, sessions) => {
			const resource = String(context.getNodeParameter('resource', itemIndex));
			const name = String(context.getNodeParameter('operation', itemIndex));
			const operation = findOperation(resource, name);
			if (operation === undefined) throw new NodeOperationError(context.getNode(), `The operation "${name}" of "${resource}" is not known`, { itemIndex });
			return await runs.run(operation, session, itemIndex, sessions);
		});
	}
}
