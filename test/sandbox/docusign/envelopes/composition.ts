// From an envelope definition to documents, recipients and the rest: plain, from a template, or composed of several.
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/concepts/templates/composite/
import { invalidBody } from '../apiErrors';
import { containsText, readDocuments, type EnvelopeDocument } from '../documents/document';
import type { Template } from '../templates/template';
import { listOf, textOf, wireOf, type Wire } from '../wire';
import { readCustomFields } from './customFields';
import { newId, type CustomField } from './envelope';
import { readRecipients, type Recipient } from './recipient';
import { addTabs, checkAnchors, fillTabs } from './tabs';

export interface Composition {
	documents: EnvelopeDocument[];
	recipients: Recipient[];
	customFields: CustomField[];
	/** What the templates say where the definition says nothing. */
	properties: Wire;
	templateIds: string[];
}

export interface Sources {
	/** Throws where there is none that the user may use. */
	template(templateId: string): Template;
	readonly parts: ReadonlyMap<string, Buffer>;
}

export function compose(definition: Wire, sources: Sources): Composition {
	const composites = listOf(definition['compositeTemplates']);
	const templateId = textOf(definition['templateId']);
	let composition: Composition;
	if (composites.length > 0) {
		composition = composites.map((composite) => composeOne(composite, sources)).reduce(join);
	} else if (templateId) {
		composition = fromTemplate(sources.template(templateId));
		fillRoles(composition.recipients, listOf(definition['templateRoles']));
		// Roles that nobody was named for stay away.
		composition.recipients = composition.recipients.filter(({ fields, kind }) => textOf(fields['email']) || textOf(fields['signingGroupId']) || kind === 'seals');
		composition = overlay(composition, definition, sources.parts);
	} else {
		composition = { documents: readDocuments(definition['documents'], sources.parts), recipients: readRecipients(definition['recipients']), customFields: [], properties: {}, templateIds: [] };
	}
	composition.customFields.push(...readCustomFields(definition['customFields']));
	placeAnchors(composition);
	return composition;
}

/** Anchors are looked for when the envelope is made, in the document that the tab names. */
export function placeAnchors({ documents, recipients }: { documents: readonly EnvelopeDocument[]; recipients: readonly Recipient[] }): void {
	for (const { tabs } of recipients) {
		checkAnchors(tabs, (documentId, text) => documents.filter((document) => document.documentId === documentId || documents.length === 1).some((document) => containsText(document, text)));
	}
}

function fromTemplate({ templateId, documents, recipients, properties, customFields }: Template): Composition {
	const copies = recipients.map((recipient) => ({ ...structuredClone(recipient), recipientIdGuid: newId() }));
	for (const { tabs } of copies) for (const list of Object.values(tabs)) for (const tab of list) tab['tabId'] = newId();
	return { documents: [...documents], recipients: copies, customFields: structuredClone(customFields), properties: { ...properties }, templateIds: [templateId] };
}

function composeOne(composite: Wire, { template, parts }: Sources): Composition {
	const bySequence = (left: Wire, right: Wire): number => Number(left['sequence'] ?? 0) - Number(right['sequence'] ?? 0);
	const servers = listOf(composite['serverTemplates']).toSorted(bySequence);
	let composition = servers.map((server) => fromTemplate(template(textOf(server['templateId']) ?? ''))).reduce(join, { documents: [], recipients: [], customFields: [], properties: {}, templateIds: [] });
	for (const inline of listOf(composite['inlineTemplates']).toSorted(bySequence)) {
		composition = overlay(composition, { documents: inline['documents'], recipients: inline['recipients'] }, parts);
		composition.customFields.push(...readCustomFields(inline['customFields']));
		Object.assign(composition.properties, wireOf(inline['envelope']));
	}
	composition.recipients = composition.recipients.filter(({ fields }) => textOf(fields['email']) || textOf(fields['hostEmail']) || textOf(fields['signingGroupId']));
	const document = wireOf(composite['document']);
	// The composite's own document takes the place of those of its templates.
	if (Object.keys(document).length > 0) composition.documents = readDocuments([document], parts);
	if (composition.documents.length === 0) throw invalidBody('A composite template needs a document, a server template or an inline template with documents.');
	return composition;
}

/** People for the roles of a template: who they are, and what is filled in for them. */
function fillRoles(recipients: Recipient[], roles: readonly Wire[]): void {
	roles.forEach((role, index) => {
		const { tabs, roleName, routingOrder, ...fields } = role;
		let recipient = recipients.find((candidate) => textOf(candidate.fields['roleName'])?.toLowerCase() === textOf(roleName)?.toLowerCase());
		if (!recipient) {
			// A role that the template does not know signs where it likes.
			const highest = Math.max(0, ...recipients.map(({ recipientId }) => Number(recipientId) || 0));
			recipient = { kind: 'signers', recipientIdGuid: newId(), recipientId: String(highest + index + 1), routingOrder: 1, status: 'created', fields: { roleName }, tabs: {}, times: {} };
			recipients.push(recipient);
		}
		if (recipient.kind === 'inPersonSigners') {
			const { email, name, inPersonSignerName, ...rest } = fields;
			Object.assign(recipient.fields, rest, { hostEmail: email, hostName: name, ...(inPersonSignerName !== undefined && { signerName: inPersonSignerName }) });
		} else {
			Object.assign(recipient.fields, fields);
		}
		if (routingOrder !== undefined) recipient.routingOrder = Number(routingOrder);
		fillTabs(recipient.tabs, tabs, recipient.recipientId);
	});
}

/** Documents and recipients of a request over those of its templates: the same id is the same one. */
function overlay(base: Composition, over: Wire, parts: ReadonlyMap<string, Buffer>): Composition {
	const documents = readDocuments(over['documents'], parts);
	const recipients = [...base.recipients];
	for (const given of readRecipients(over['recipients'])) {
		const role = textOf(given.fields['roleName'])?.toLowerCase();
		const at = recipients.findIndex((candidate) => (role !== undefined && textOf(candidate.fields['roleName'])?.toLowerCase() === role) || candidate.recipientId === given.recipientId);
		const found = recipients[at];
		if (!found) {
			recipients.push(given);
			continue;
		}
		Object.assign(found.fields, given.fields);
		found.routingOrder = given.routingOrder;
		fillTabs(found.tabs, given.tabs, found.recipientId);
	}
	return { ...base, recipients, documents: [...base.documents.filter(({ documentId }) => !documents.some((document) => document.documentId === documentId)), ...documents] };
}

/** Two composites in one envelope: documents are numbered on, people with the same id are one. */
function join(left: Composition, right: Composition): Composition {
	const taken = new Set(left.documents.map(({ documentId }) => documentId));
	let next = Math.max(0, ...[...taken].map(Number)) + 1;
	const renumbered = new Map<string, string>();
	const documents = right.documents.map((document) => {
		if (!taken.has(document.documentId)) return document;
		renumbered.set(document.documentId, String(next));
		return { ...document, documentId: String(next++), documentIdGuid: newId() };
	});
	const recipients = [...left.recipients];
	for (const recipient of right.recipients) {
		for (const list of Object.values(recipient.tabs)) for (const tab of list) tab['documentId'] = renumbered.get(String(tab['documentId'])) ?? tab['documentId'];
		const same = recipients.find(({ recipientId }) => recipientId === recipient.recipientId);
		if (!same) recipients.push(recipient);
		else {
			Object.assign(same.fields, recipient.fields);
			addTabs(same.tabs, recipient.tabs);
		}
	}
	return {
		documents: [...left.documents, ...documents],
		recipients,
		customFields: [...left.customFields, ...right.customFields],
		properties: { ...right.properties, ...left.properties },
		templateIds: [...left.templateIds, ...right.templateIds],
	};
}

