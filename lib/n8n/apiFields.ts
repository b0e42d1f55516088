import type { INodeProperties } from 'n8n-workflow';

/** Where the tokens of a server of one's own choice go. */
export const apiHostsField: INodeProperties = {
	displayName: 'API Hosts',
	name: 'apiHosts',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'api.example.com',
	description: 'Hosts that tokens may be sent to, separated by spaces or commas; nothing else ever gets one',
};

/** How tokens are bound to it: rarely needed, so it comes after what always is. */
export const apiBindingFields: INodeProperties[] = [
	{ displayName: 'Resource', name: 'resource', type: 'string', default: '', placeholder: 'https://api.example.com', description: 'The API that tokens are for (RFC 8707), if the server asks for one' },
	{
		displayName: 'Use DPoP',
		name: 'useDpop',
		type: 'options',
		options: [
			{ name: 'Automatic', value: 'auto', description: 'Where the server announces it, tokens are bound to a key' },
			{ name: 'Off', value: 'off' },
		],
		default: 'auto',
		description: 'Whether stolen tokens are made useless (RFC 9449); turn it off for an API that cannot read such tokens',
	},
];
