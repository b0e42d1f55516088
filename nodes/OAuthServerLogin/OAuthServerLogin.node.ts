import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { waitOptions } from '../../lib/n8n/connectorFields';
import { includeInputOption, outputFields, providerFields, scopeField, serverLoginSlots, serverLoginTests } from '../../lib/n8n/oauthFields';
import { outputTokens } from '../../lib/n8n/oauthOutput';
import { NO_CONFIGURATION } from '../../lib/n8n/statusCode';
import { logInAsServer } from './logInAsServer';

const WITH_ASSERTION = { show: { authentication: ['jwtBearer'] } };

export class OAuthServerLogin implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OAuth Server Login',
		name: 'oAuthServerLogin',
		icon: { light: 'file:oAuthServerLogin.svg', dark: 'file:oAuthServerLogin.dark.svg' },
		group: ['transform'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ $parameter["authentication"] === "jwtBearer" ? "JWT bearer" : "client credentials" }}',
		description: 'Get a token without anybody signing in: as the app itself, or as a user whom a signed assertion names',
		defaults: { name: 'OAuth Server Login' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		sensitiveOutputFields: ['accessToken', 'refreshToken'],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		credentials: serverLoginSlots,
		properties: [
			{
				displayName: 'Authentication',
				name: 'authentication',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Client Credentials', value: 'clientCredentials', description: 'As the app itself, with its secret or key' },
					{ name: 'JWT Bearer', value: 'jwtBearer', description: 'As the user who is the "Subject" of the credential, with a signed assertion' },
				],
				default: 'clientCredentials',
				description: 'How the server is told who asks',
			},
			...providerFields,
			scopeField,
			{
				displayName: 'If Not Approved',
				name: 'ifNotApproved',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Do Not Wait', value: 'fail', description: 'Take it for a failure: see "On Failure"' },
					{ name: 'Wait for Approval', value: 'wait', description: 'Pause until the person has signed in once and approved the app; the same execution then goes on' },
				],
				default: 'wait',
				description: 'What to do when the user has not approved the app at the provider yet. Waiting needs a User Login credential of the same client in a published Connected Apps Trigger.',
				displayOptions: WITH_ASSERTION,
			},
			{
				displayName: 'User Who Approves',
				name: 'approver',
				type: 'string',
				default: '',
				placeholder: '={{ $json.jwtPayload.email }}',
				description: 'Who is asked to sign in and approve, as other nodes name that person in "User"; the account must be theirs, or the one that the assertion names. Empty: the subject of the assertion.',
				displayOptions: { show: { ...WITH_ASSERTION.show, ifNotApproved: ['wait'] } },
			},
			...outputFields,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, displayOptions: { show: { authentication: ['clientCredentials'] } }, options: [includeInputOption] },
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, displayOptions: WITH_ASSERTION, options: [...waitOptions, includeInputOption] },
		],
	};

	methods = { credentialTest: serverLoginTests };

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await outputTokens(this, { ...NO_CONFIGURATION, scopeMissing: -3 }, async (runtime) => await logInAsServer(this, runtime));
	}
}
