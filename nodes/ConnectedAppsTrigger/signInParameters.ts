import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { ATTACHED_SLOTS } from '../../lib/n8n/attachedConnections';
import { OPEN_ID_CREDENTIAL, TRUSTED_HEADER_CREDENTIAL } from '../../lib/n8n/portalSignIn';

const PEOPLE_FORM = 'Separated by commas: a user as flows name them, @example.com for everybody with an address there, or claim:groups=finance for everybody whose OpenID sign-in tells that value';

/** What the portal's own sign-in takes, and one slot per kind of app. */
export const TRIGGER_CREDENTIALS: INodeCredentialDescription[] = [
	{ name: OPEN_ID_CREDENTIAL, required: true, displayName: 'OpenID Connect', displayOptions: { show: { signInMethod: ['openId'] } }, testedBy: 'testOpenId' },
	{ name: TRUSTED_HEADER_CREDENTIAL, required: true, displayName: 'Trusted Header', displayOptions: { show: { signInMethod: ['trustedHeader'] } } },
	...ATTACHED_SLOTS.map(({ name, required, displayName }) => ({ name, required, displayName })),
];

/** How people sign in to the portal. */
export const SIGN_IN_PARAMETERS: INodeProperties[] = [
	{
		displayName: 'Sign-In Method',
		name: 'signInMethod',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'OpenID Connect', value: 'openId', description: 'At the organisation’s own OpenID provider' },
			{ name: 'Personal Link', value: 'personalLink', description: 'No sign-in of its own: people come in the browser that started the flow, by a personal link from the event below, or with the account that they connected before' },
			{ name: 'Trusted Header', value: 'trustedHeader', description: 'A reverse proxy signs people in and names them in a header' },
		],
		default: 'personalLink',
		description: 'How people prove to the portal who they are',
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Connections Only', value: 'connectionsOnly', description: 'The apps appear on the page of another trigger that has the same sign-in credential' },
			{ name: 'Portal', value: 'portal', description: 'This trigger serves My connected apps' },
		],
		default: 'portal',
		displayOptions: { show: { signInMethod: ['openId', 'trustedHeader'] } },
		description: 'Whether this trigger serves the page My connected apps',
	},
];

/** Who may sign in, and see more than what is theirs. */
export const PEOPLE_PARAMETERS: INodeProperties[] = [
	{ displayName: 'Allowed Users', name: 'allowedUsers', type: 'string', noDataExpression: true, default: '', placeholder: '@example.com', description: `Who may connect apps here; empty allows everybody. ${PEOPLE_FORM}.` },
	{ displayName: 'Administrators', name: 'admins', type: 'string', noDataExpression: true, default: '', placeholder: 'claim:groups=it-admins', description: `Who may see and end the connections of others. ${PEOPLE_FORM}.` },
];

export const SESSION_PARAMETERS: INodeProperties[] = [
	{
		displayName: 'Sessions',
		name: 'sessions',
		type: 'collection',
		placeholder: 'Add Limit',
		default: {},
		options: [
			{ displayName: 'Absolute Limit (Hours)', name: 'absoluteHours', type: 'number', typeOptions: { minValue: 0.1 }, default: 12, description: 'A sign-in to the portal ends after so long. At most a year.' },
			{ displayName: 'Idle Limit (Minutes)', name: 'idleMinutes', type: 'number', typeOptions: { minValue: 1 }, default: 60, description: 'A sign-in to the portal that is not used for so long ends. At most a year.' },
		],
	},
];
