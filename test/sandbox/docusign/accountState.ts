// What an account holds: envelopes, templates, folders, Connect configurations, and who may see which of them.
import type { ConnectConfiguration } from './connect/configuration';
import { noSuchEnvelope, noSuchTemplate } from './apiErrors';
import type { Account, DocuSignUser } from './directory';
import type { CustomField, Envelope } from './envelopes/envelope';
import { emailOf } from './envelopes/recipient';
import { seedFolders, type Folder } from './folders/folder';
import { idOf, seedTemplates } from './templates/seed';
import type { Template } from './templates/template';

export interface AccountState {
	readonly account: Account;
	readonly envelopes: Map<string, Envelope>;
	readonly templates: Map<string, Template>;
	readonly folders: readonly Folder[];
	readonly configurations: Map<string, ConnectConfiguration>;
	/** Of the account: every envelope gets a copy of those that are required. */
	readonly customFields: CustomField[];
}

export function startAccount(account: Account): AccountState {
	return {
		account,
		envelopes: new Map(),
		templates: new Map(seedTemplates(account).map((template) => [template.templateId, template])),
		folders: seedFolders((name) => idOf(account.accountId, name)),
		configurations: new Map(),
		customFields: [],
	};
}

export function isAdmin({ account }: AccountState, user: DocuSignUser): boolean {
	return account.admins.includes(user.name);
}

/** The sender and an administrator may do everything; who has been sent an envelope may read it. */
export function mayManage(state: AccountState, user: DocuSignUser, { sender }: Envelope): boolean {
	return sender.userId === user.userId || isAdmin(state, user);
}

export function isRecipient(user: DocuSignUser, { status, recipients }: Envelope): boolean {
	return status !== 'created' && recipients.some((recipient) => recipient.status !== 'created' && emailOf(recipient).toLowerCase() === user.email);
}

/** Throws ENVELOPE_DOES_NOT_EXIST for one that is not there and for one of somebody else, so that nobody learns which. */
export function findEnvelope(state: AccountState, user: DocuSignUser, envelopeId: string): Envelope {
	const envelope = state.envelopes.get(envelopeId.toLowerCase());
	if (!envelope || !(mayManage(state, user, envelope) || isRecipient(user, envelope))) throw noSuchEnvelope();
	return envelope;
}

export function maySeeTemplate(state: AccountState, user: DocuSignUser, { owner, shared }: Template): boolean {
	return shared || owner.userId === user.userId || isAdmin(state, user);
}

/** Throws TEMPLATE_ID_INVALID. */
export function findTemplate(state: AccountState, user: DocuSignUser, templateId: string): Template {
	const template = state.templates.get(templateId.toLowerCase());
	if (!template || !maySeeTemplate(state, user, template)) throw noSuchTemplate();
	return template;
}
