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
	{ name: 'Disconnect', value: 'disconnect', action: 'Disconnect a person', description: 'End a person’s sign-in and revoke it at the provider where that is possible' },
	{ name: 'Get Sign-In Link', value: 'getSignInLink', action: 'Get a personal link to my connected apps', description: 'Make a personal link to My connected apps, to be sent to that person' },
	{ name: 'Get Status', value: 'getStatus', action: 'Get whether a person is signed in', description: 'Tell whether a person is signed in to all of the apps, without asking them' },
	{ name: 'List', value: 'list', action: 'List the connections of a person', description: 'Tell status, account, lifetime and scopes of each app' },
	{ name: 'Require Sign-In', value: REQUIRE_SIGN_IN, action: 'Require sign in', description: 'Pass items on once their people are signed in to all of the apps; until then the execution pauses' },
	{ name: 'Test', value: 'test', action: 'Test whether sign ins still work', description: 'Ask the provider whether a person’s sign-in still works' },
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
		displayName: 'The link opens My connected apps as this person, once and for 15 minutes: whoever holds it sees and ends what is theirs, and connects accounts in their name as far as the credential allows. Send it to that person only, never to the caller of a flow.',
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
		description: 'Whom this is about: an expression that names the person, as the other nodes do in "User". Where the credential asks for a verified token, that token.',
	},
	{
		displayName: 'If Not Signed In',
		name: 'ifNotSignedIn',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Continue (Error Output)', value: 'continueErrorOutput', description: 'Give the item an error and go on; needs the node setting On Error = Continue (using error output), else the node fails' },
			{ name: 'Stop With Error', value: 'stopWithError', description: 'Fail with an error that holds the link' },
			{ name: 'Wait for Sign-In', value: 'wait', description: 'Pause until the person has signed in to all of the apps, one after the other; the same execution then goes on' },
		],
		default: 'wait',
		description: 'What to do when the person has not signed in to one of the apps yet',
		displayOptions: { show: { operation: [REQUIRE_SIGN_IN] } },
	},
	{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add option', default: {}, options: waitOptions, displayOptions: { show: { operation: [REQUIRE_SIGN_IN] } } },
];
