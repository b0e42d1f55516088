import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { waitOptions } from '../../lib/n8n/connectorFields';
import { appField, includeInputOption, outputFields, scopeField, userLoginSlots, userLoginTests } from '../../lib/n8n/oauthFields';
import { outputTokens } from '../../lib/n8n/oauthOutput';
import { signInUsers } from './signInUsers';

export class OAuthUserLogin implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OAuth User Login',
		name: 'oAuthUserLogin',
		icon: { light: 'file:oAuthUserLogin.svg', dark: 'file:oAuthUserLogin.dark.svg' },
		group: ['transform'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ $parameter["usePrompt"] ? "asks for consent every time" : "uses the sign-in that is there" }}',
		description: 'Let a person sign in (authorization code with PKCE): the execution pauses, and goes on with their token',
		defaults: { name: 'OAuth User Login' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		sensitiveOutputFields: ['accessToken', 'refreshToken'],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		credentials: userLoginSlots,
		properties: [
			appField,
			{
				displayName: 'User',
				name: 'user',
				type: 'string',
				default: '',
				required: true,
				placeholder: '={{ $json.jwtPayload.email }}',
				description: 'Who signs in: an expression that names the person, e.g. from the verified JWT of a Webhook trigger. Where the credential acts on behalf of the caller, the caller’s access token.',
			},
			{ ...scopeField, description: 'Overrides the credential’s scopes; separated by spaces or commas. One value for all items.' },
			{
				displayName: 'Use Prompt',
				name: 'usePrompt',
				type: 'boolean',
				noDataExpression: true,
				default: true,
				description: 'Whether to ask the person to consent every time; off: use the sign-in that is there, or one that needs no page',
			},
			{
				displayName: 'Ask If Needed',
				name: 'askIfNeeded',
				type: 'boolean',
				noDataExpression: true,
				default: false,
				description: 'Whether to wait for whoever is not signed in yet, as connectors do; off: only a sign-in that needs no page is tried, else the status is -1',
				displayOptions: { show: { usePrompt: [false] } },
			},
			...outputFields,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: [...waitOptions, includeInputOption] },
		],
	};

	methods = { credentialTest: userLoginTests };

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await outputTokens(this, { signInDeclined: -2, providerUnavailable: -3, tokenTypeUnsupported: -5 }, async () => await signInUsers(this));
	}
}
