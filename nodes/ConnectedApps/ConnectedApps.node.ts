import { NodeConnectionTypes, NodeOperationError, type IExecuteFunctions, type INodeExecutionData, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { RESTART_WEBHOOKS, runAgain, WAITING_TOOLTIP, WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import { ATTACHED_SLOTS, SLOTS_FIELD } from '../../lib/n8n/attachedConnections';
import { userLoginTests } from '../../lib/n8n/oauthFields';
import { OPERATION_SUBTITLE, operationField, operationFields, OPERATIONS, REQUIRE_SIGN_IN } from './actions';
import { requireSignIn } from './actions/requireSignIn';
import { runForPeople } from './actions/runForPeople';

export class ConnectedApps implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Connected Apps',
		name: 'connectedApps',
		icon: { light: 'file:connectedApps.svg', dark: 'file:connectedApps.dark.svg' },
		group: ['transform'],
		...WEBHOOK_NODE_VERSIONS,
		subtitle: OPERATION_SUBTITLE,
		description: 'Have users sign in to their apps before a flow goes on; check, test and end what they have connected',
		defaults: { name: 'Connected Apps' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip: WAITING_TOOLTIP,
		webhooks: RESTART_WEBHOOKS,
		credentials: ATTACHED_SLOTS,
		properties: [
			{ displayName: 'Select the credentials of the apps that this step is about: the ones that a Connected Apps Trigger offers. The node reaches no other apps.', name: 'notice', type: 'notice', default: '' },
			SLOTS_FIELD,
			operationField,
			...operationFields,
		],
	};

	methods = { credentialTest: userLoginTests };

	webhook = runAgain;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = String(this.getNodeParameter('operation', 0, REQUIRE_SIGN_IN));
		if (operation === REQUIRE_SIGN_IN) return await requireSignIn(this);
		const found = OPERATIONS[operation];
		if (found === undefined) throw new NodeOperationError(this.getNode(), `The operation "${operation}" is not known`);
		return await runForPeople(this, found);
	}
}
