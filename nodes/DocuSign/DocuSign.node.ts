import { NodeConnectionTypes, NodeOperationError, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, runPerItem, runUntilSettled, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { identityFields, waitOptions } from '../../lib/n8n/connectorFields';
import { testServerLogin } from '../../lib/n8n/testServerLogin';
import { testUserLogin } from '../../lib/n8n/testUserLogin';
import { actionFields, findOperation } from './actions';
import { awaitEnvelope } from './actions/envelope/waitUntilCompleted';
import { createItemApis } from './actions/itemApi';
import * as listSearch from './methods/listSearch';
import { isTokenRejected } from './transport/apiFailure';
import { SERVER_LOGINS, USER_LOGIN } from './transport/credentials';

export class DocuSign implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DocuSign',
		name: 'docuSign',
		icon: { light: 'file:docuSign.svg', dark: 'file:docuSign.dark.svg' },
		group: ['transform'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Send envelopes and follow them as the person who started the flow',
		defaults: { name: 'DocuSign' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		// `hide`, because n8n’s editor takes a field away by which credentials are shown: nobody could choose the service account.
		credentials: [
			{ name: 'docuSignUserLoginOAuth2Api', required: true, testedBy: 'testDocuSignUserLogin', displayOptions: { hide: { authentication: ['jwtBearer'] } } },
			{ name: 'docuSignJwtBearerOAuth2Api', required: true, testedBy: 'testDocuSignJwtBearer', displayOptions: { hide: { authentication: ['individualUser', 'serviceAccount'] } } },
		],
		properties: [
			...identityFields('DocuSign', ['jwtBearer']),
			...actionFields,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [...waitOptions, { displayName: 'Warn at API Usage (%)', name: 'apiUsageWarning', type: 'number', typeOptions: { minValue: 0, maxValue: 100 }, default: 80, description: 'Warns when so much of the account’s API calls of the hour is used up; 0 never warns' }],
			},
		],
	};

	methods = {
		credentialTest: {
			testDocuSignUserLogin: testUserLogin(USER_LOGIN),
			testDocuSignJwtBearer: testServerLogin(SERVER_LOGINS.jwtBearer),
		},
		listSearch,
	};

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const apiFor = createItemApis(this);
		const preFlight = { credentialType: USER_LOGIN, serverLogins: SERVER_LOGINS, isTokenRejected, scopes: ['signature'] };
		// One choice for all items: neither takes an expression.
		if (this.getNodeParameter('resource', 0) === 'envelope' && this.getNodeParameter('operation', 0) === 'waitUntilCompleted') {
			return await runUntilSettled(this, preFlight, async (_context, session, itemIndex) => await Promise.resolve(awaitEnvelope(apiFor(session, itemIndex))));
		}
		return await runPerItem(this, preFlight, async (context, session, itemIndex) => {
			const resource = String(context.getNodeParameter('resource', itemIndex));
			const name = String(context.getNodeParameter('operation', itemIndex));
			const operation = findOperation(resource, name);
			if (operation === undefined) throw new NodeOperationError(context.getNode(), `The operation "${name}" of "${resource}" is not known`, { itemIndex });
			return await operation(apiFor(session, itemIndex));
		});
	}
}
