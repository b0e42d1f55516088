// What a download holds: documents as PDF, all in one, as an archive, and the certificate of completion.
import { createHash } from 'node:crypto';
import { eachTab } from '../envelopes/tabs';
import type { Envelope } from '../envelopes/envelope';
import { emailOf, nameOf, type Recipient } from '../envelopes/recipient';
import { stamp } from '../wire';
import { isPdf, type EnvelopeDocument } from './document';
import { buildPdf, stampPdf, type PdfPage } from './pdf';
import { buildZip } from './zip';

/** A PDF stays what it was, with a mark of each signature behind it; anything else is turned into a PDF that has the original attached. */
export function renderDocument(envelope: Envelope, document: EnvelopeDocument): Buffer {
	const signatures = signaturesOf(envelope);
	if (!isPdf(document)) return buildPdf(document.name, [pageOf(document), ...signaturePages(envelope)], [{ name: document.name, content: document.content }]);
	if (signatures.length === 0) return document.content;
	return stampPdf(document.content, document.name, `Docusign Envelope ID: ${envelope.envelopeId}. ${signatures.join('; ')}`);
}

/** One page for each document, with the documents attached, and what was signed and entered. */
export function renderCombined(envelope: Envelope, withCertificate: boolean): Buffer {
	const pages = [...envelope.documents.map(pageOf), ...signaturePages(envelope), ...(withCertificate ? [certificatePage(envelope)] : [])];
	const attachments = envelope.documents.map((document) => ({ name: pdfNameOf(document), content: renderDocument(envelope, document) }));
	return buildPdf(String(envelope.properties['emailSubject'] ?? envelope.envelopeId), pages, attachments);
}

export function renderCertificate(envelope: Envelope): Buffer {
	return buildPdf('Certificate Of Completion', [certificatePage(envelope)]);
}

/** Each document, and `Summary.pdf`: the certificate. */
export function renderArchive(envelope: Envelope): Buffer {
	const names = new Map<string, number>();
	const unique = (name: string): string => {
		const count = names.get(name) ?? 0;
		names.set(name, count + 1);
		return count === 0 ? name : name.replace(/\.pdf$/, ` (${count}).pdf`);
	};
	const entries = envelope.documents.map((document) => ({ name: unique(pdfNameOf(document)), content: renderDocument(envelope, document) }));
	return buildZip([...entries, { name: unique('Summary.pdf'), content: renderCertificate(envelope) }]);
}

export function pdfNameOf({ name }: EnvelopeDocument): string {
	return `${name.replace(/\.[^.]{1,5}$/, '')}.pdf`;
}

function pageOf(document: EnvelopeDocument): PdfPage {
	const readable = ['txt', 'text', 'csv', 'htm', 'html', 'xml'].includes(document.fileExtension);
	const sha256 = createHash('sha256').update(document.content).digest('hex');
	const text = readable ? document.content.toString('utf8').split(/\r?\n/).flatMap(wrap) : [`${document.content.length} bytes, SHA-256 ${sha256.slice(0, 32)}`, `                ${sha256.slice(32)}`];
	return { lines: [document.name, '', ...text] };
}

function wrap(line: string): string[] {
	return line.match(/.{1,90}/g) ?? [''];
}

function signaturePages(envelope: Envelope): PdfPage[] {
	const signatures = signaturesOf(envelope);
	return signatures.length === 0 ? [] : [{ lines: [`Docusign Envelope ID: ${envelope.envelopeId}`, '', ...signatures, '', ...enteredValues(envelope)] }];
}

function signaturesOf({ recipients }: Envelope): string[] {
	return recipients.filter(hasSigned).map((recipient) => `Signed by ${nameOf(recipient)} <${emailOf(recipient)}> at ${stamp(recipient.times.signed)}`);
}

function hasSigned({ kind, times }: Recipient): boolean {
	return (kind === 'signers' || kind === 'inPersonSigners') && times.signed !== undefined;
}

function enteredValues({ recipients }: Envelope): string[] {
	return recipients.flatMap(({ tabs }) => eachTab(tabs)).filter(({ tab }) => tab['value'] !== undefined && tab['value'] !== '').map(({ tab }) => `${String(tab['tabLabel'])}: ${String(tab['value'])}`);
}

function certificatePage({ envelopeId, status, properties, sender, recipients, documents, times }: Envelope): PdfPage {
	const people = recipients.map((recipient) => `${nameOf(recipient)} <${emailOf(recipient)}>: ${recipient.status}${recipient.times.signed === undefined ? '' : `, signed ${stamp(recipient.times.signed)}`}`);
	return {
		lines: [
			'Certificate Of Completion',
			`Envelope Id: ${envelopeId}`,
			`Subject: ${String(properties['emailSubject'] ?? '')}`,
			`Status: ${status}`,
			`Documents: ${documents.length}`,
			`Originator: ${sender.givenName} ${sender.familyName} <${sender.email}>`,
			`Sent: ${stamp(times.sent) ?? ''}`,
			`Completed: ${stamp(times.completed) ?? ''}`,
			'',
			...people,
		],
	};
}
