import { NodeConnectionTypes, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { appField, includeInputOption, outputFields, scopeField, userLoginSlots, userLoginTests } from '../../lib/n8n/oauthFields';
import { outputTokens } from '../../lib/n8n/oauthOutput';
import { NO_CONFIGURATION } from '../../lib/n8n/statusCode';
import { renewTokens } from './renewTokens';

export class OAuthRefreshToken implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'OAuth Refresh Token',
		name: 'oAuthRefreshToken',
		icon: { light: 'file:oAuthRefreshToken.svg', dark: 'file:oAuthRefreshToken.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["refresh"] === "token" ? "of a refresh token" : "of a signed-in user" }}',
		description: 'Renew tokens: those of a person who is signed in, or a refresh token from elsewhere',
		defaults: { name: 'OAuth Refresh Token' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		sensitiveOutputFields: ['accessToken', 'refreshToken'],
		credentials: userLoginSlots,
		properties: [
			appField,
			{
				displayName: 'Refresh',
				name: 'refresh',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Refresh Token', value: 'token', description: 'What an OAuth User Login node gave as "refreshToken", or a refresh token from elsewhere' },
					{ name: 'Signed-In User', value: 'signedInUser', description: 'The tokens of a person who has signed in here' },
				],
				default: 'signedInUser',
				description: 'Whose tokens are renewed',
			},
			{
				displayName: 'User',
				name: 'user',
				type: 'string',
				default: '',
				placeholder: '={{ $json.jwtPayload.email }}',
				description: 'Whose tokens are renewed: an expression that names the person; empty gives status -3',
				displayOptions: { show: { refresh: ['signedInUser'] } },
			},
			{
				displayName: 'Refresh Token',
				name: 'refreshToken',
				type: 'string',
				typeOptions: { password: true },
				default: '',
				placeholder: '={{ $json.refreshToken }}',
				description: 'A reference, or the token itself; empty gives status -3',
				displayOptions: { show: { refresh: ['token'] } },
			},
			{
				displayName: 'A reference renews the sign-in in the vault. A refresh token itself is sent to the provider and nothing is kept: set Token Output to "Raw Token". If the vault holds that token too, its sign-in goes stale wherever a refresh token may be used only once, and the person has to sign in again.',
				name: 'refreshNotice',
				type: 'notice',
				default: '',
				displayOptions: { show: { refresh: ['token'] } },
			},
			{ ...scopeField, description: 'Fewer scopes than were granted, separated by spaces or commas; empty: all of them. Of a sign-in in the vault it only checks that they were granted.' },
			...outputFields,
			{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: [includeInputOption] },
		],
	};

	methods = { credentialTest: userLoginTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await outputTokens(this, { ...NO_CONFIGURATION, userMissing: -3 }, async (runtime) => await renewTokens(this, runtime));
	}
}
