import type { IDisplayOptions, INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

type Show = NonNullable<IDisplayOptions['show']>;

/** Logins without a sign-in that a connector offers; `password` is one of the node's own (`ownLogins` of the pre-flight). */
export type OfferedLogin = 'clientCredentials' | 'jwtBearer' | 'password';

/**
 * The fields that come first in every connector: as whom, and what to do about somebody who is not signed in.
 * @param show where one node serves several apps with logins of their own: when these fields are the ones
 */
export function identityFields(appName: string, serverLogins: readonly OfferedLogin[] = [], show: Show = {}): INodeProperties[] {
	return [
		{
			displayName: 'Authentication',
			name: 'authentication',
			type: 'options',
			// One choice for all items: by expression, the first item would decide for everybody.
			noDataExpression: true,
			options: [
				...(serverLogins.includes('clientCredentials') ? [{ name: 'Client Credentials', value: 'clientCredentials', description: 'Act as the app itself; nobody signs in' }] : []),
				{ name: 'Individual User', value: 'individualUser', description: 'Act as the person named in "User"' },
				...(serverLogins.includes('jwtBearer') ? [{ name: 'JWT Bearer', value: 'jwtBearer', description: 'Act as the "Subject" of the credential, with a signed assertion; nobody signs in where an administrator has approved the app' }] : []),
				...(serverLogins.includes('password') ? [{ name: 'Password', value: 'password', description: 'Act as the one account whose user name and password the credential holds; individual users are not available with it' }] : []),
				{ name: 'Service Account', value: 'serviceAccount', description: 'Act as the one account that an administrator signed in' },
			],
			default: 'individualUser',
			description: 'As whom the node acts',
			...(Object.keys(show).length > 0 && { displayOptions: { show } }),
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			required: true,
			placeholder: '={{ $json.jwtPayload.email }}',
			description: 'Who the node acts as: an expression that names the person who started the flow, e.g. from the verified JWT of a Webhook trigger. Whoever may set this may act as that person.',
			displayOptions: { show: { ...show, authentication: ['individualUser'] } },
		},
		{
			displayName: 'If Not Signed In',
			name: 'ifNotSignedIn',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Continue (Error Output)', value: 'continueErrorOutput', description: 'Give the item an error and go on; needs the node setting On Error = Continue (using error output), else the node fails' },
				{ name: 'Stop With Error', value: 'stopWithError', description: 'Fail with an error that holds the link' },
				{ name: 'Use Service Account', value: 'useServiceAccount', description: 'Act as the service account instead, if the credential allows it as fallback' },
				{ name: 'Wait for Sign-In', value: 'wait', description: `Pause until the person has signed in to ${appName}; the same execution then goes on` },
			],
			default: 'wait',
			description: 'What to do when the person has not signed in yet',
			displayOptions: { show: { ...show, authentication: ['individualUser'] } },
		},
		...(serverLogins.includes('jwtBearer') ? approvalFields(appName, show) : []),
	];
}

/** For people who must approve the app once before an assertion may name them. */
function approvalFields(appName: string, show: Show): INodeProperties[] {
	const displayOptions = { show: { ...show, authentication: ['jwtBearer'] } };
	return [
		{
			displayName: 'If Not Approved',
			name: 'ifNotApproved',
			type: 'options',
			noDataExpression: true,
			options: [
				{ name: 'Do Not Wait', value: 'fail', description: 'Fail and tell who has to approve' },
				{ name: 'Wait for Approval', value: 'wait', description: `Pause until the person has signed in to ${appName} once and approved the app; the same execution then goes on` },
			],
			default: 'wait',
			description: 'What to do when the user has not approved the app yet. Waiting needs a User Login credential of the same client in a published Connected Apps Trigger.',
			displayOptions,
		},
		{
			displayName: 'User Who Approves',
			name: 'approver',
			type: 'string',
			default: '',
			placeholder: '={{ $json.jwtPayload.email }}',
			description: 'Who is asked to sign in and approve, as other nodes name that person in "User"; the account must be theirs, or the one that the assertion names. Empty: the subject of the assertion.',
			displayOptions: { show: { ...show, authentication: ['jwtBearer'], ifNotApproved: ['wait'] } },
		},
	];
}

/** Options of every node that can pause. */
export const waitOptions: Array<INodeProperties | INodePropertyOptions | INodePropertyCollection> = [
	{
		displayName: 'Answer the Caller',
		name: 'answerTheCaller',
		type: 'options',
		options: [
			{ name: 'Redirect to Sign-In', value: 'redirect', description: 'For a browser that opened the flow’s address' },
			{ name: '401 With JSON', value: 'json', description: 'For a program that shows the link itself' },
			{ name: 'Nothing', value: 'nothing', description: '202 where the flow owes an answer' },
		],
		default: 'redirect',
		description: 'What the waiting caller of a flow with "Respond to Webhook" gets when the node pauses',
	},
	{
		displayName: 'Time Limit',
		name: 'timeLimit',
		type: 'fixedCollection',
		default: { limit: { amount: 7, unit: 'days' } },
		description: 'How long to wait for the sign-in before the node fails; 7 days if not set',
		options: [
			{
				displayName: 'Limit',
				name: 'limit',
				values: [
					{ displayName: 'Amount', name: 'amount', type: 'number', typeOptions: { minValue: 0 }, default: 7, description: '0 waits without limit' },
					{
						displayName: 'Unit',
						name: 'unit',
						type: 'options',
						options: [
							{ name: 'Days', value: 'days' },
							{ name: 'Hours', value: 'hours' },
							{ name: 'Minutes', value: 'minutes' },
						],
						default: 'days',
					},
				],
			},
		],
	},
];
