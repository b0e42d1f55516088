import { NodeConnectionTypes, type IExecuteFunctions, type IHookFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription, type ITriggerFunctions, type ITriggerResponse } from 'n8n-workflow';

import { assertHostVersion, getRuntime, toPublishingError, WaitSweeper } from '../../lib/n8n';
import { rememberTransport } from '../../lib/n8n/hostTransport';
import { logError, ownerOf } from '../../lib/n8n/ownerTrigger';
import { isShuttingDown, watchShutdown } from '../../lib/n8n/shutdown';
import { testServerLogin } from '../../lib/n8n/testServerLogin';
import { testUserLogin } from '../../lib/n8n/testUserLogin';
import { configurationExists, createConfiguration, removeConfiguration } from './connectConfiguration';
import { EVENT_OPTIONS } from './events';
import { receive } from './receive';

/** n8n shows only the message of what fails at publishing. */
async function publishing<T>(context: IHookFunctions, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw toPublishingError(context.getNode(), error);
	}
}

export class DocuSignTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DocuSign Trigger',
		name: 'docuSignTrigger',
		icon: { light: 'file:docuSign.svg', dark: 'file:docuSign.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].length + " events" }}',
		description: 'Starts when something happens to an envelope, and lets executions that wait for one go on',
		defaults: { name: 'DocuSign Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'docusign' }],
		credentials: [
			{ name: 'docuSignUserLoginOAuth2Api', required: true, testedBy: 'testDocuSignUserLogin', displayOptions: { show: { authentication: ['serviceAccount'] } } },
			{ name: 'docuSignJwtBearerOAuth2Api', required: true, testedBy: 'testDocuSignJwtBearer', displayOptions: { show: { authentication: ['jwtBearer'] } } },
			{ name: 'docuSignConnectHmacApi', required: true },
		],
		properties: [
			{ displayName: 'The account needs Connect, and the login must be an administrator of it. DocuSign only delivers to an https address that it can reach.', name: 'notice', type: 'notice', default: '' },
			{
				displayName: 'Authentication',
				name: 'authentication',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'JWT Bearer', value: 'jwtBearer', description: 'As the user whom "Subject" of the credential names' },
					{ name: 'Service Account', value: 'serviceAccount', description: 'As the one account that an administrator signed in' },
				],
				default: 'serviceAccount',
				description: 'As whom the trigger sets itself up in DocuSign',
			},
			{ displayName: 'Events', name: 'events', type: 'multiOptions', options: EVENT_OPTIONS, default: ['envelope-completed', 'envelope-declined', 'envelope-voided'], required: true, description: 'What this trigger emits; that an envelope is over it always hears, for executions that wait' },
			{
				displayName: 'Include',
				name: 'includeData',
				type: 'multiOptions',
				options: [
					{ name: 'Custom Fields', value: 'custom_fields' },
					{ name: 'Documents', value: 'documents', description: 'The files themselves, which makes messages large' },
					{ name: 'Folders', value: 'folders' },
					{ name: 'Recipients', value: 'recipients' },
					{ name: 'Tabs', value: 'tabs' },
				],
				default: ['custom_fields', 'recipients'],
				description: 'What the summary of the envelope tells',
			},
			{ displayName: 'Account ID', name: 'accountId', type: 'string', default: '', placeholder: '00000000-0000-0000-0000-000000000000', description: 'API Account ID; empty: the default account of the login, or the one that the credential names' },
			{ displayName: 'Only Senders', name: 'userIds', type: 'string', default: '', description: 'User IDs, separated by commas: only their envelopes are told of; empty: those of everybody in the account' },
		],
	};

	methods = { credentialTest: { testDocuSignUserLogin: testUserLogin('docuSignUserLoginOAuth2Api'), testDocuSignJwtBearer: testServerLogin('docuSignJwtBearerOAuth2Api') } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await publishing(this, async () => await configurationExists(this));
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await publishing(this, async () => {
					await createConfiguration(this);
					return true;
				});
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await publishing(this, async () => {
					await removeConfiguration(this);
					return true;
				});
			},
		},
	};

	webhook = receive;

	/** While it is published, executions that wait for an envelope go on: those that it hears of, and those whose time has come to ask. */
	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		// *Execute step* waits for a message; nothing is to be done for it here.
		if (this.getMode() === 'manual') return {};
		try {
			watchShutdown();
			assertHostVersion();
			rememberTransport(this.helpers);
			const sweeper = new WaitSweeper({ runtime: await getRuntime(), owner: ownerOf(this), logError });
			sweeper.start();
			return { closeFunction: async () => await sweeper.stop(!isShuttingDown()) };
		} catch (error) {
			throw toPublishingError(this.getNode(), error);
		}
	}

	/** Without it, n8n would wait for an event of `trigger` where a test message has come in at the webhook. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await Promise.resolve([this.getInputData()]);
	}
}
