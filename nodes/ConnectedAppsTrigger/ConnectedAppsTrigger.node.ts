import { NodeConnectionTypes, type IDataObject, type IHookFunctions, type INodeType, type INodeTypeDescription, type ITriggerFunctions, type ITriggerResponse, type IWebhookFunctions, type IWebhookResponseData } from 'n8n-workflow';

import { SECOND_MS } from '../../lib/clock';
import { assertHostVersion, fetchThroughN8n, getRuntime, resumeAndWait, Sweeper, toPublishingError, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { SLOTS_FIELD } from '../../lib/n8n/attachedConnections';
import { describeSetUp, logError, ownerOf, portalUrlOf, readPortalPath, registerOffered } from '../../lib/n8n/ownerTrigger';
import { rememberTransport } from '../../lib/n8n/hostTransport';
import { readPortalSignIn } from '../../lib/n8n/portalSignIn';
import { isShuttingDown, watchShutdown } from '../../lib/n8n/shutdown';
import { callOwnTestWebhook } from '../../lib/n8n/testListener';
import { testOpenId } from '../../lib/n8n/testOpenId';
import { BACK_CHANNEL_LOGOUT, handlePortalRequest, OPEN_ID_CALLBACK, SIGNED_OUT_PAGE } from '../../lib/portal';
import type { PortalMembership } from '../../lib/vault';
import { sendPortalResponse, toPortalRequest } from './transport/portalRequest';
import { LOOK_PARAMETERS, readLook } from './lookParameters';
import { portalAccessOf } from './portalAccess';
import { readFlowsToRun, RUN_PARAMETERS } from './runParameters';
import { PEOPLE_PARAMETERS, SESSION_PARAMETERS, SIGN_IN_PARAMETERS, TRIGGER_CREDENTIALS } from './signInParameters';
import { PORTAL_WEBHOOKS } from './webhooks';

const REGISTER_EVERY_MS = 30 * SECOND_MS;

/** What to register at the organisation's OpenID provider. */
function signInAddresses(portalUrl: string, { signInMethod }: PortalMembership): Record<string, string> {
	return signInMethod === 'openId' ? { portalSignInRedirectUri: `${portalUrl}/${OPEN_ID_CALLBACK}`, portalSignedOutUri: `${portalUrl}/${SIGNED_OUT_PAGE}`, portalBackChannelLogoutUri: `${portalUrl}/${BACK_CHANNEL_LOGOUT}` } : {};
}

export class ConnectedAppsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Connected Apps Trigger',
		name: 'connectedAppsTrigger',
		icon: { light: 'file:connectedApps.svg', dark: 'file:connectedApps.dark.svg' },
		group: ['trigger'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: '={{ "/" + $parameter["path"] }}',
		description: 'Lets people sign in to apps with their own accounts, serves My connected apps, and starts the flow when somebody has to sign in',
		eventTriggerDescription: '',
		activationMessage: 'People can now sign in, and paused flows go on by themselves.',
		defaults: { name: 'Connected Apps Trigger' },
		triggerPanel: {
			header: 'See what to register',
			executionsHelp: {
				inactive: 'Execute this step to see the redirect URI of each app, and with OpenID Connect the addresses of the portal to register at the provider. Publish the workflow to let people sign in; afterwards the step also shows a one-time link for the service account.',
				active: 'Execute this step to see the addresses again.',
			},
			activationHint: 'People can sign in once this workflow is published.',
		},
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		webhooks: PORTAL_WEBHOOKS,
		credentials: TRIGGER_CREDENTIALS,
		properties: [
			{ displayName: 'Path', name: 'path', type: 'string', default: 'connected-apps', required: true, noDataExpression: true, placeholder: 'connected-apps', description: 'Address of My connected apps: what follows /webhook/ there. It is part of every redirect URI, so changing it means registering them again.' },
			{ displayName: 'Portal Name', name: 'portalName', type: 'string', default: 'My connected apps', noDataExpression: true, description: 'What people read at the top of every page, e.g. the name of the company' },
			...SIGN_IN_PARAMETERS,
			{
				displayName: 'Select the credentials of the apps that people sign in to, then publish this workflow. Any number of other workflows can use the same credentials.',
				name: 'notice',
				type: 'notice',
				default: '',
			},
			SLOTS_FIELD,
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				noDataExpression: true,
				options: [
					{ name: 'Authentication Needed', value: 'authenticationNeeded', description: 'A flow waits for somebody to sign in; holds a personal link to send to that person, and to nobody else' },
					{ name: 'Connected', value: 'connected', description: 'A person has signed in' },
					{ name: 'Disconnected', value: 'disconnected', description: 'A person has disconnected an app' },
					{ name: 'Expiring Soon', value: 'expiringSoon', description: 'A sign-in ends within three days unless it is used; told once' },
					{ name: 'Needs Sign-In', value: 'needsSignIn', description: 'A sign-in has ended by itself (a lifetime has passed, or the provider does not accept it any more), or an administrator makes everybody sign in again; told once' },
					{ name: 'Resume Failed', value: 'resumeFailed', description: 'Somebody has signed in, but the execution that waits for it could not be reached' },
				],
				default: ['authenticationNeeded', 'connected', 'disconnected', 'expiringSoon', 'needsSignIn', 'resumeFailed'],
				description: 'What starts this workflow; connect a mail or chat node to tell people',
			},
			...PEOPLE_PARAMETERS,
			...RUN_PARAMETERS,
			...SESSION_PARAMETERS,
			...LOOK_PARAMETERS,
		],
	};

	methods = { credentialTest: { testOpenId } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				// A listener of the editor's "Execute step": nobody else would ever call it.
				if (this.getActivationMode() === 'manual') callOwnTestWebhook(this, readPortalPath(this.getNodeParameter('path')));
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				// Also called when a mere test listener ends: unregistering is trigger()'s close function.
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		if (this.getMode() === 'manual') return { workflowData: [[{ json: {} }]] };
		const response = this.getResponseObject();
		try {
			const runtime = await getRuntime();
			const path = readPortalPath(this.getNodeParameter('path'));
			const portalUrl = portalUrlOf(this, runtime.config, path);
			const fetch = fetchThroughN8n(this.helpers);
			const answer = await handlePortalRequest(
				{
					vault: runtime.vault,
					fetch,
					portalUrl,
					portalName: String(this.getNodeParameter('portalName', 'My connected apps')) || 'My connected apps',
					look: readLook(this),
					owner: ownerOf(this),
					access: await portalAccessOf(this, runtime, fetch),
					processId: runtime.processId,
					resume: async (request) => await resumeAndWait(await runtime.vault.requests.openResumeUrl(request), runtime.config),
					logError,
				},
				toPortalRequest(this.getRequestObject(), path),
			);
			sendPortalResponse(response, answer, portalUrl.startsWith('https:'));
		} catch (error) {
			logError('a page could not be answered', error);
			if (!response.headersSent) response.status(503).set({ 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' }).end('Not available at the moment. Your administrator finds the reason in the log of n8n.');
		}
		return { noWebhookResponse: true };
	}

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		try {
			watchShutdown();
			assertHostVersion();
			readLook(this);
			const flows = readFlowsToRun(this);
			const runtime = await getRuntime();
			const portalUrl = portalUrlOf(this, runtime.config, readPortalPath(this.getNodeParameter('path')));
			if (this.getMode() === 'manual') {
				return {
					manualTriggerFunction: async () => {
						this.emit([this.helpers.returnJsonArray((await describeSetUp(this, runtime, portalUrl, signInAddresses(portalUrl, (await readPortalSignIn(this, runtime.vault)).portal))) as IDataObject[])]);
					},
				};
			}
			const owner = ownerOf(this);
			const fetch = fetchThroughN8n(this.helpers);
			rememberTransport(this.helpers);
			const register = async () => await registerOffered(this, runtime, portalUrl, { ...(await readPortalSignIn(this, runtime.vault)).portal, flows }, fetch);
			const ids = await register();
			const sweeper = new Sweeper({
				runtime,
				fetch,
				owner,
				register,
				registerEveryMs: REGISTER_EVERY_MS,
				events: new Set(this.getNodeParameter('events', []) as string[]),
				emit: (event) => this.emit([this.helpers.returnJsonArray(event as IDataObject)]),
				logError,
			});
			sweeper.start(ids);
			return {
				closeFunction: async () => {
					await sweeper.stop(!isShuttingDown());
					// People go on signing in when n8n is back; only unpublishing withdraws the offer.
					if (!isShuttingDown()) await runtime.vault.registrations.deactivate(owner);
				},
			};
		} catch (error) {
			throw toPublishingError(this.getNode(), error);
		}
	}
}
