import type { LinkScope, LinkType } from '../../transport/backend';
import { fileField, libraryField, siteField } from '../fields';
import type { Operation } from '../operation';
import { entryAt, plain, textOf, wrongParameter } from '../parameters';

const TYPES: readonly string[] = ['edit', 'view'];
const SCOPES: readonly string[] = ['anonymous', 'organization', 'users'];

export const createSharingLink: Operation = {
	name: 'Create Sharing Link',
	value: 'createSharingLink',
	action: 'Create a sharing link',
	description: 'Make a link by which others can open a file or folder',
	needs: 'writeFiles',
	capability: 'sharingLink',
	fields: [
		siteField,
		libraryField,
		fileField,
		{
			displayName: 'Link Type',
			name: 'linkType',
			type: 'options',
			options: [
				{ name: 'Edit', value: 'edit' },
				{ name: 'View', value: 'view' },
			],
			default: 'view',
		},
		{
			displayName: 'Who Can Use It',
			name: 'linkScope',
			type: 'options',
			options: [
				{ name: 'Anyone With the Link', value: 'anonymous', description: 'Only where an administrator allows it' },
				{ name: 'People in the Organization', value: 'organization' },
				{ name: 'People Who Have Access Already', value: 'users' },
			],
			default: 'organization',
		},
		{
			displayName: 'Link Options',
			name: 'linkOptions',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{ displayName: 'Expires', name: 'expires', type: 'dateTime', default: '', description: 'When the link ends' },
				{ displayName: 'Password', name: 'password', type: 'string', typeOptions: { password: true }, default: '', description: 'What people have to enter; only where the tenant allows it' },
			],
		},
	],
	async execute(api) {
		const [type, scope, expires, password] = [textOf(api, 'linkType', 'view'), textOf(api, 'linkScope', 'organization'), textOf(api, 'linkOptions.expires'), textOf(api, 'linkOptions.password')];
		if (!TYPES.includes(type)) throw wrongParameter(api, `The parameter "Link Type" must be edit or view, not "${type}"`);
		if (!SCOPES.includes(scope)) throw wrongParameter(api, `The parameter "Who Can Use It" must be anonymous, organization or users, not "${scope}"`);
		if (expires !== '' && Number.isNaN(Date.parse(expires))) throw wrongParameter(api, `The option "Expires" is no date: "${expires}"`, 'For example 2026-12-31T00:00:00Z');
		const link = await api.backend.createSharingLink(entryAt(api, 'file', 'File'), { type: type as LinkType, scope: scope as LinkScope, ...(expires !== '' && { expires: new Date(expires).toISOString() }), ...(password !== '' && { password }) });
		return [plain(link)];
	},
};
