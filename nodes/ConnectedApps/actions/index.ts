import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { waitOptions } from '../../../lib/n8n/connectorFields';
import { disconnect } from './disconnect.operation';
import { getSignInLink } from './getSignInLink.operation';
import { getStatus } from './getStatus.operation';
import { list } from './list.operation';
import type { Operation } from './operation';
import { test } from './test.operation';

/** All but the gate, which may pause the execution. */
export const OPERATIONS: Readonly<Record<string, Operation>> = { disconnect, getSignInLink, getStatus, list, test };

export const REQUIRE_SIGN_IN = 'requireSignIn';

const OPERATION_OPTIONS: INodePropertyOptions[] = [
	{ name: 'Disconnect', value: 'disconnect', action: 'Disconnect a user', description: 'End a user’s sign-in to the selected apps, and revoke it at the provider where that is possible' },
	{ name: 'Get Sign-In Link', value: 'getSignInLink', action: 'Get a link to sign in', description: 'Make a personal link to My connected apps, to be sent to that user' },
	{ name: 'Get Status', value: 'getStatus', action: 'Check if a user is signed in', description: 'Tell whether a user is signed in to all selected apps, without asking them to' },
	{ name: 'List', value: 'list', action: 'List connections', description: 'Tell status, account, lifetime and scopes of a user’s connection to each selected app' },
	{ name: 'Require Sign-In', value: REQUIRE_SIGN_IN, action: 'Require users to sign in', description: 'Pass items on once their users are signed in to all selected apps; until then the execution waits' },
	{ name: 'Test', value: 'test', action: 'Test connections', description: 'Ask each provider whether a user’s sign-in still works' },
];

export const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: OPERATION_OPTIONS,
	default: REQUIRE_SIGN_IN,
};

/** On the canvas: the operation by the name that the panel has for it. */
export const OPERATION_SUBTITLE = `={{ (${JSON.stringify(Object.fromEntries(OPERATION_OPTIONS.map(({ name, value }) => [value, name])))})[$parameter["operation"]] }}`;

export const operationFields: INodeProperties[] = [
	{
		displayName: 'The link opens My connected apps as this person, once and within 15 minutes. Whoever holds it sees and ends what is theirs, and connects accounts in their name as far as the credential allows. Send it to that person only, never to the caller of a flow.',
		name: 'linkNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['getSignInLink'] } },
	},
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		required: true,
		placeholder: '={{ $json.jwtPayload.email }}',
		description: 'Who this is about: an expression that names the person, the same as in "User" of other nodes. Where the credential has "User Identity" = "Verified Token", the expression yields that token.',
	},
	{
		displayName: 'If Not Signed In',
		name: 'ifNotSignedIn',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Continue (Error Output)', value: 'continueErrorOutput', description: 'Give the item an error and go on; needs the node setting On Error = Continue (using error output), else the node fails' },
			{ name: 'Stop With Error', value: 'stopWithError', description: 'Fail with an error that holds the link' },
			{ name: 'Wait for Sign-In', value: 'wait', description: 'Pause until the person has signed in to all selected apps, one after the other; the same execution then goes on' },
		],
		default: 'wait',
		description: 'What to do when the person has not signed in to all selected apps yet',
		displayOptions: { show: { operation: [REQUIRE_SIGN_IN] } },
	},
	{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: waitOptions, displayOptions: { show: { operation: [REQUIRE_SIGN_IN] } } },
];
