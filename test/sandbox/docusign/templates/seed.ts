// The templates that the accounts have from the start. Their ids are the same in every run.
import { createHash } from 'node:crypto';
import { docuSignUsers, type Account } from '../directory';
import { readDocuments } from '../documents/document';
import { buildPdf } from '../documents/pdf';
import { readRecipients } from '../envelopes/recipient';
import type { Wire } from '../wire';
import type { Template } from './template';

/** So many besides the named ones, so that lists have pages. */
export const numberedTemplates = 60;

export function seedTemplates({ accountId, members }: Account): Template[] {
	const owner = docuSignUsers.find(({ name }) => name === 'integration')!;
	const folder = { folderId: idOf(accountId, 'template folder'), name: 'Shared Templates' };
	const created = Date.parse('2025-03-03T08:00:00Z');
	const template = (name: string, description: string, recipients: Wire, text: readonly string[], shared = true, of = owner): Template => ({
		templateId: idOf(accountId, name),
		name,
		description,
		owner: of,
		shared,
		folder,
		documents: readDocuments([{ documentId: '1', name: `${name}.pdf`, fileExtension: 'pdf', documentBase64: buildPdf(name, [{ lines: [name, '', ...text] }]).toString('base64') }]),
		recipients: readRecipients(recipients),
		customFields: [],
		properties: { emailSubject: `Please sign: ${name}`, emailBlurb: '' },
		created,
		lastModified: created,
	});
	const signer = (recipientId: string, roleName: string, routingOrder: string, tabs: Wire): Wire => ({ recipientId, roleName, routingOrder, tabs });
	const signHere = (anchorString: string): Wire => ({ signHereTabs: [{ anchorString, anchorUnits: 'pixels', anchorXOffset: '20', anchorYOffset: '-5', documentId: '1', pageNumber: '1' }], dateSignedTabs: [{ tabLabel: 'Date', documentId: '1', pageNumber: '1', xPosition: '400', yPosition: '600' }] });
	const text = (tabLabel: string, yPosition: string): Wire => ({ tabLabel, documentId: '1', pageNumber: '1', xPosition: '120', yPosition });
	const first = docuSignUsers.find(({ name }) => name === members[0])!;
	return [
		template('Mutual NDA', 'One signer, with the name of a company', { signers: [signer('1', 'Signer', '1', { ...signHere('/sn1/'), textTabs: [text('Company', '200')] })] }, ['Company:', 'Signature: /sn1/']),
		template(
			'Sales Contract',
			'Customer, then countersigner, with a copy to the archive',
			{
				signers: [
					signer('1', 'Customer', '1', { ...signHere('/sn1/'), textTabs: [text('Company', '200'), text('Amount', '230')], checkboxTabs: [{ tabLabel: 'Terms', documentId: '1', pageNumber: '1', xPosition: '120', yPosition: '260' }] }),
					signer('2', 'Countersigner', '2', signHere('/sn2/')),
				],
				carbonCopies: [{ recipientId: '3', roleName: 'Archive', routingOrder: '3' }],
			},
			['Company:', 'Amount:', 'Terms:', 'Customer: /sn1/', 'Seller: /sn2/'],
		),
		template(`Private of ${first.givenName}`, 'Shared with nobody', { signers: [signer('1', 'Signer', '1', signHere('/sn1/'))] }, ['/sn1/'], false, first),
		...Array.from({ length: numberedTemplates }, (_, index) => template(`Offer ${String(index + 1).padStart(3, '0')}`, '', { signers: [signer('1', 'Signer', '1', signHere('/sn1/'))] }, ['/sn1/'])),
	];
}

export function idOf(accountId: string, name: string): string {
	const hex = createHash('sha256').update(`${accountId} ${name}`).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
