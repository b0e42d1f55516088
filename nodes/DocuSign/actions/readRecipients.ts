// Recipients, roles and tabs of the fields, as the API takes them: by kind, all values as text.
import type { IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../transport/docuSignApi';
import { jsonOf, parameterError, rowsOf } from './parameters';

const KINDS: Readonly<Record<string, string>> = { signer: 'signers', carbonCopy: 'carbonCopies', inPersonSigner: 'inPersonSigners' };

const text = (value: unknown): string | undefined => (value === undefined || value === null || value === '' ? undefined : String(value).trim() || undefined);

function withoutEmpty(fields: Record<string, unknown>): IDataObject {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as IDataObject;
}

/** By the kinds of the API. `ids`: those that tabs may name. */
export interface Recipients {
	byKind: Record<string, IDataObject[]>;
	ids: Map<string, IDataObject>;
}

/** @throws NodeOperationError that names the recipient and what it lacks */
export function readRecipients(api: ItemApi): Recipients {
	const recipients: Recipients = { byKind: {}, ids: new Map() };
	rowsOf(api, 'recipients.recipient').forEach((row, index) => {
		const kind = KINDS[String(row.type ?? 'signer')];
		const place = String(index + 1);
		const recipientId = text(row.recipientId) ?? place;
		if (kind === undefined) throw parameterError(api, `Recipient ${place} has the unknown type "${String(row.type)}"`);
		if (recipients.ids.has(recipientId)) throw parameterError(api, `Two recipients have the ID "${recipientId}"`);
		const inPerson = kind === 'inPersonSigners';
		const name = text(row.name);
		const email = text(inPerson ? row.hostEmail : row.email);
		if (name === undefined) throw parameterError(api, `Recipient ${place} has no name`);
		if (email === undefined) throw parameterError(api, `Recipient ${place} (${name}) has no ${inPerson ? 'email of the host' : 'email'}`);
		const who = inPerson ? { signerName: name, hostEmail: email, hostName: text(row.hostName) } : { name, email };
		const recipient = withoutEmpty({ recipientId, ...who, routingOrder: text(row.routingOrder), accessCode: text(row.accessCode), clientUserId: text(row.clientUserId), note: text(row.note) });
		recipients.ids.set(recipientId, recipient);
		(recipients.byKind[kind] ??= []).push(recipient);
	});
	return recipients;
}

/** Who takes which role of a template, with the values of their tabs. @throws NodeOperationError */
export function readRoles(api: ItemApi): IDataObject[] {
	const values = rowsOf(api, 'prefilledTabs.tab');
	const roles = rowsOf(api, 'roles.role').map((row, index) => {
		const [roleName, name, email] = [text(row.roleName), text(row.name), text(row.email)];
		for (const [value, what] of [[roleName, 'role'], [name, 'name'], [email, 'email']]) if (value === undefined) throw parameterError(api, `Entry ${index + 1} of "Roles" has no ${what}`);
		const routingOrder = Number(row.routingOrder ?? 0) > 0 ? text(row.routingOrder) : undefined;
		const tabs = tabValuesOf(values.filter((tab) => sameName(tab.roleName, roleName)));
		return withoutEmpty({ roleName, name, email, routingOrder, accessCode: text(row.accessCode), clientUserId: text(row.clientUserId), emailNotification: emailNotificationOf(row.note), tabs });
	});
	const lost = values.find((tab) => !roles.some(({ roleName }) => sameName(tab.roleName, roleName)));
	if (lost !== undefined) throw parameterError(api, `The prefilled tab "${String(lost.label)}" is of the role "${String(lost.roleName)}", which nobody takes`);
	return roles;
}

const sameName = (left: unknown, right: unknown): boolean => (text(left) ?? '').toLowerCase() === (text(right) ?? '').toLowerCase();

/** Roles have no private message of their own; the mail of a recipient does. */
function emailNotificationOf(note: unknown): IDataObject | undefined {
	const body = text(note);
	return body === undefined ? undefined : { emailBody: body };
}

function tabValuesOf(rows: IDataObject[]): IDataObject | undefined {
	if (rows.length === 0) return undefined;
	const tabs: Record<string, IDataObject[]> = {};
	for (const row of rows) (tabs[String(row.type ?? 'textTabs')] ??= []).push({ tabLabel: text(row.label) ?? '', ...valueOf(row) });
	return tabs;
}

function valueOf({ type, value }: IDataObject): IDataObject {
	const given = text(value);
	if (given === undefined) return {};
	return type === 'checkboxTabs' ? { selected: String(/^(true|yes|x|1)$/i.test(given)) } : { value: given };
}

/** Puts the tabs of the fields at their recipients. @throws NodeOperationError for a tab of nobody */
export function addTabs(api: ItemApi, { ids }: Recipients): void {
	for (const row of rowsOf(api, 'tabs.tab')) {
		const recipientId = text(row.recipientId) ?? '1';
		const recipient = ids.get(recipientId);
		if (recipient === undefined) throw parameterError(api, `A tab is for the recipient "${recipientId}", whom there is not`, `The recipients are: ${[...ids.keys()].join(', ') || 'none'}`);
		const tabs = (recipient.tabs ??= {}) as Record<string, IDataObject[]>;
		(tabs[String(row.type ?? 'signHereTabs')] ??= []).push(tabOf(api, row));
	}
}

const SIGNS = new Set(['signHereTabs', 'initialHereTabs']);
/** DocuSign fills these in itself. */
const AUTOMATIC = new Set(['dateSignedTabs', 'fullNameTabs', 'emailAddressTabs']);

function tabOf(api: ItemApi, row: IDataObject): IDataObject {
	const type = String(row.type ?? 'signHereTabs');
	const shared = { tabLabel: text(row.label), ...(SIGNS.has(type) && row.required === false && { optional: 'true' }), ...(!SIGNS.has(type) && !AUTOMATIC.has(type) && { required: String(row.required !== false) }), ...valueOf(row) };
	if (row.placement === 'position') return withoutEmpty({ ...shared, documentId: String(row.documentId ?? 1), pageNumber: String(row.pageNumber ?? 1), xPosition: String(row.xPosition ?? 0), yPosition: String(row.yPosition ?? 0) });
	const anchorString = text(row.anchorString);
	if (anchorString === undefined) throw parameterError(api, 'A tab has neither an anchor text nor a position');
	return withoutEmpty({ ...shared, anchorString, anchorUnits: 'pixels', anchorXOffset: String(row.offsetX ?? 0), anchorYOffset: String(row.offsetY ?? 0), ...(row.ignoreIfMissing === true && { anchorIgnoreIfNotPresent: 'true' }) });
}

/** Recipients as the fields or as JSON say it. @throws NodeOperationError */
export function recipientsBody(api: ItemApi): IDataObject {
	if (api.context.getNodeParameter('recipientsFrom', api.itemIndex, 'fields') === 'json') return jsonOf(api, 'recipientsJson', 'Recipients (JSON)') as IDataObject;
	const recipients = readRecipients(api);
	addTabs(api, recipients);
	return recipients.byKind;
}
