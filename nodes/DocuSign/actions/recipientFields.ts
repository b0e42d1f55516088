import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Show = NonNullable<IDisplayOptions['show']>;

const only = (...types: string[]) => ({ show: { type: types } });

/** What can be said of one recipient. `forRole`: of a template's role. */
function recipientValues(forRole: boolean): INodeProperties[] {
	return [
		{ displayName: 'Access Code', name: 'accessCode', type: 'string', typeOptions: { password: true }, default: '', description: 'The recipient must enter it to open the envelope; tell it to them in another way' },
		{ displayName: 'Embedded Recipient ID', name: 'clientUserId', type: 'string', default: '', description: 'For embedded signing: any text that names the person in your system. DocuSign then sends no mail; Get Signing Link makes the link.' },
		...(forRole ? [{ displayName: 'Email', name: 'email', type: 'string' as const, placeholder: 'name@email.com', default: '' }] : [{ displayName: 'Email', name: 'email', type: 'string' as const, placeholder: 'name@email.com', default: '', displayOptions: only('carbonCopy', 'signer') }]),
		...(forRole ? [] : [{ displayName: 'Host Email', name: 'hostEmail', type: 'string' as const, placeholder: 'name@email.com', default: '', description: 'Who hands over the device for signing in person', displayOptions: only('inPersonSigner') }, { displayName: 'Host Name', name: 'hostName', type: 'string' as const, default: '', displayOptions: only('inPersonSigner') }]),
		{ displayName: 'Name', name: 'name', type: 'string', default: '', description: 'Full name of the recipient' },
		{ displayName: 'Private Message', name: 'note', type: 'string', default: '', description: 'A message for this recipient alone' },
		...(forRole ? [] : [{ displayName: 'Recipient ID', name: 'recipientId', type: 'string' as const, default: '', description: 'A number of your own that names the recipient in this envelope; empty: the place in this list' }]),
		...(forRole ? [{ displayName: 'Role', name: 'roleName', type: 'string' as const, default: '', placeholder: 'Signer', description: 'As the template calls it' }] : []),
		forRole ? { displayName: 'Routing Order', name: 'routingOrder', type: 'number', typeOptions: { minValue: 0 }, default: 0, description: 'Whose turn it is first; 0: as in the template' } : { displayName: 'Routing Order', name: 'routingOrder', type: 'number', typeOptions: { minValue: 1 }, default: 1, description: 'Whose turn it is first; recipients with the same number are asked at the same time' },
		...(forRole
			? []
			: [
					{
						displayName: 'Type',
						name: 'type',
						type: 'options' as const,
						options: [
							{ name: 'Carbon Copy', value: 'carbonCopy', description: 'Gets a copy and has nothing to do' },
							{ name: 'In-Person Signer', value: 'inPersonSigner', description: 'Signs on the device of a host' },
							{ name: 'Signer', value: 'signer' },
						],
						default: 'signer',
					},
				]),
	];
}

export function recipientsField(show: Show, displayName = 'Recipients'): INodeProperties {
	return {
		displayName,
		name: 'recipients',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Recipient',
		default: {},
		displayOptions: { show },
		options: [{ displayName: 'Recipient', name: 'recipient', values: recipientValues(false) }],
	};
}

export function rolesField(show: Show): INodeProperties {
	return {
		displayName: 'Roles',
		name: 'roles',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Role',
		default: {},
		description: 'Who takes which role of the template; roles that nobody takes are left out',
		displayOptions: { show },
		options: [{ displayName: 'Role', name: 'role', values: recipientValues(true) }],
	};
}

export function recipientsJsonField(show: Show): INodeProperties {
	return { displayName: 'Recipients (JSON)', name: 'recipientsJson', type: 'json', default: '{}', placeholder: '{ "signers": [{ "recipientId": "1", "name": "…", "email": "…" }] }', description: 'Recipients as the API takes them, by kind: signers, carbonCopies, inPersonSigners, …; they may have tabs', displayOptions: { show } };
}
