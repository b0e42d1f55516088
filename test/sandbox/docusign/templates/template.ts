// Templates of an account: documents, roles instead of people, tabs.
import type { EnvelopeDocument } from '../documents/document';
import type { DocuSignUser } from '../directory';
import type { CustomField } from '../envelopes/envelope';
import { recipientsAnswer, type Recipient } from '../envelopes/recipient';
import { stamp, truth, type Wire } from '../wire';
import { documentsAnswer } from '../documents/documentsAnswer';

export interface Template {
	readonly templateId: string;
	name: string;
	description: string;
	readonly owner: DocuSignUser;
	/** With everybody in the account; otherwise its owner and administrators see it. */
	readonly shared: boolean;
	readonly folder: { readonly folderId: string; readonly name: string };
	documents: EnvelopeDocument[];
	recipients: Recipient[];
	customFields: CustomField[];
	/** emailSubject, emailBlurb. */
	properties: Wire;
	readonly created: number;
	lastModified: number;
	lastUsed?: number;
}

/** As lists show it; `include` adds recipients, documents and custom fields. */
export function templateAnswer(template: Template, accountId: string, include: ReadonlySet<string>): Wire {
	const { templateId, name, description, owner, shared, folder, documents, recipients, properties, created, lastModified, lastUsed } = template;
	const uri = `/templates/${templateId}`;
	const user: Wire = { userName: `${owner.givenName} ${owner.familyName}`, userId: owner.userId, email: owner.email, accountId, uri: `/users/${owner.userId}` };
	return {
		templateId,
		uri,
		name,
		description,
		shared: truth(shared),
		passwordProtected: 'false',
		favoritedByMe: 'false',
		created: stamp(created),
		lastModified: stamp(lastModified),
		lastUsed: stamp(lastUsed),
		createdDateTime: stamp(created),
		lastModifiedDateTime: stamp(lastModified),
		lastModifiedBy: user,
		owner: user,
		pageCount: String(documents.length),
		folderId: folder.folderId,
		folderName: folder.name,
		folderIds: [folder.folderId],
		emailSubject: '',
		emailBlurb: '',
		signingLocation: 'online',
		authoritativeCopy: 'false',
		autoMatch: 'true',
		envelopeIdStamping: 'true',
		...properties,
		documentsUri: `${uri}/documents`,
		recipientsUri: `${uri}/recipients`,
		customFieldsUri: `${uri}/custom_fields`,
		notificationUri: `${uri}/notification`,
		...(include.has('recipients') && { recipients: recipientsAnswer(recipients, include.has('tabs')) }),
		...(include.has('documents') && { documents: documentsAnswer(documents, uri).map(({ documentId, name: documentName, order, uri: documentUri, type, display, includeInDownload }) => ({ documentId, name: documentName, order, uri: documentUri, display, includeInDownload, fileExtension: type === 'content' ? 'pdf' : undefined })) }),
	};
}
