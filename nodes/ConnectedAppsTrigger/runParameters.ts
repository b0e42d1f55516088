import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { ConnectedAppsError } from '../../lib/errors';
import { safeHref } from '../../lib/portal';
import type { RunnableFlow } from '../../lib/vault';

const LABEL = 'Flows to Run';
/** More is no list that people read; and every registration holds it. */
const MOST_FLOWS = 50;
const MAX_NAME = 100;
const MAX_DESCRIPTION = 300;
const MAX_ADDRESS = 2_000;

export const RUN_PARAMETERS: INodeProperties[] = [
	{
		displayName: LABEL,
		name: 'flowsToRun',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Flow',
		default: {},
		description: 'Flows that people may start on My connected apps, as themselves. The browser brings the flow a short-lived token that says who has started it, as connected_apps_assertion in the body: "User" of its nodes takes that, and their credential has "User Identity" = "Verified Token" with the address of My connected apps as issuer.',
		options: [
			{
				displayName: 'Flow',
				name: 'flow',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', required: true, noDataExpression: true, default: '', placeholder: 'My open opportunities', description: 'What people read beside the button' },
					{ displayName: 'Description', name: 'description', type: 'string', noDataExpression: true, default: '', placeholder: 'Everything you have open this quarter', description: 'What the flow does, in one sentence' },
					{ displayName: 'Webhook Address', name: 'url', type: 'string', required: true, noDataExpression: true, default: '', placeholder: 'https://n8n.example.com/webhook/my-opportunities', description: 'Production URL of the flow’s Webhook node, which must take POST: the browser sends the token there, in the body' },
					{ displayName: 'Audience', name: 'audience', type: 'string', noDataExpression: true, default: '', placeholder: 'n8n-flows', description: 'What the flow’s credential has as "Identity Audience"; empty stands for the webhook address. Flows that share a credential share an audience.' },
				],
			},
		],
	},
];

interface ParameterReader {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}

/**
 * What the trigger lists, checked: people are sent to these addresses, with a proof of who they are.
 * @throws ConnectedAppsError `settingInvalid` that names the field, the entry and the way out
 */
export function readFlowsToRun(context: ParameterReader): RunnableFlow[] {
	const { flow = [] } = context.getNodeParameter('flowsToRun', {}) as { flow?: IDataObject[] };
	if (flow.length > MOST_FLOWS) throw new ConnectedAppsError('settingInvalid', `The parameter "${LABEL}" has ${flow.length} entries`, { field: LABEL, advice: `List ${MOST_FLOWS} at most, or share them among several triggers with the same sign-in credential` });
	const flows = flow.map(readFlow);
	const twice = flows.findIndex(({ name }, index) => flows.findIndex((other) => other.name === name) !== index);
	if (twice >= 0) throw refuse('Name', twice, flows[twice]?.name ?? '', 'is that of another entry', 'Give each flow a name of its own: people tell them apart by it');
	return flows;
}

function readFlow(entry: IDataObject, index: number): RunnableFlow {
	const name = text(entry.name);
	const description = text(entry.description);
	const audience = text(entry.audience);
	if (name === '') throw refuse('Name', index, name, 'is empty', 'Enter what people are to read beside the button');
	if (name.length > MAX_NAME) throw refuse('Name', index, name, `is longer than ${MAX_NAME} characters`, 'Say more under "Description"');
	if (description.length > MAX_DESCRIPTION) throw refuse('Description', index, name, `is longer than ${MAX_DESCRIPTION} characters`, 'Say it in one sentence');
	if (audience.length > MAX_ADDRESS) throw refuse('Audience', index, name, 'is too long', 'Enter what the credential has as "Identity Audience"');
	return { name, url: readAddress(text(entry.url), index, name), ...(description !== '' && { description }), ...(audience !== '' && { audience }) };
}

function readAddress(url: string, index: number, name: string): string {
	const refused = (reason: string, advice = 'Copy the Production URL of the flow’s Webhook node') => refuse('Webhook Address', index, name, reason, advice);
	if (url === '') throw refused('is empty');
	if (url.length > MAX_ADDRESS || !URL.canParse(url)) throw refused('is no whole address');
	const { protocol, username, password, hash, pathname } = new URL(url);
	if (protocol !== 'https:' && protocol !== 'http:') throw refused('must begin with https://');
	if (username !== '' || password !== '' || hash !== '') throw refused('must not hold a user name, a password or a #fragment');
	if (safeHref(url) === undefined) throw refused(protocol === 'http:' ? 'must begin with https://' : 'is no whole address', protocol === 'http:' ? 'A proof of who somebody is is only sent over https; plain http is for this very machine (localhost, 127.0.0.1)' : undefined);
	if (/\/webhook-test\//.test(pathname)) throw refused('is the one for tests, which answers only while the editor listens');
	return url;
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function refuse(field: string, index: number, name: string, reason: string, advice: string): ConnectedAppsError {
	const which = name === '' ? `entry ${index + 1}` : `entry ${index + 1}, "${name.slice(0, MAX_NAME)}"`;
	return new ConnectedAppsError('settingInvalid', `The parameter "${field}" of "${LABEL}" (${which}) ${reason}`, { field, advice });
}
