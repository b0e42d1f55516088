// Folders and what lies in them.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/folders/folders/
import { Router, type Request } from 'express';
import { findEnvelope, isRecipient, mayManage } from '../accountState';
import { badRequest, invalidBody } from '../apiErrors';
import { moment, pageOf, parameter, type ApiLocals, type ApiResponse } from '../apiLocals';
import { moveTo, voidEnvelope, type EnvelopeEvents } from '../envelopes/life';
import { expiresAt, type Envelope } from '../envelopes/envelope';
import { searchable } from '../envelopes/listRoutes';
import type { DocuSignSettings } from '../settings';
import { commaList, stamp, textOf, truth, wireOf, type Wire } from '../wire';
import { liesIn, type Folder } from './folder';

export function folderRoutes(settings: DocuSignSettings, events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });

	router.get('/folders', (request, response: ApiResponse) => {
		const { locals } = response;
		const roots = locals.state.folders.filter(({ parentFolderId }) => parentFolderId === undefined);
		const { items, position } = pageOf(request, roots, { uri: '/folders', maxCount: 100, pageSize: Math.min(100, settings.docuSignPageSize) });
		response.json({ ...position, folders: items.map((folder) => folderAnswer(folder, locals)) });
	});

	router.get('/folders/:folderId', (request, response: ApiResponse) => {
		const { locals } = response;
		const folder = folderNamed(request, locals);
		const found = contents(folder, locals).filter((envelope) => matches(request, envelope));
		const { items, position } = pageOf(request, found, { uri: `/folders/${folder.folderId}`, maxCount: 100, pageSize: Math.min(100, settings.docuSignPageSize) });
		response.json({ ...position, folders: [{ ...folderAnswer(folder, locals), folderItems: items.map((envelope) => itemAnswer(envelope, folder)) }] });
	});

	/** Moving to the bin deletes, and voids what is still under way. */
	router.put('/folders/:folderId', (request, response: ApiResponse) => {
		const { locals } = response;
		const folder = folderNamed(request, locals);
		const ids = Array.isArray(wireOf(request.body)['envelopeIds']) ? (wireOf(request.body)['envelopeIds'] as unknown[]).map(String) : [];
		if (ids.length === 0) throw invalidBody('envelopeIds must be specified.');
		const envelopes = ids.map((id) => findEnvelope(locals.state, locals.user, id));
		for (const envelope of envelopes) {
			if (folder.type !== 'recyclebin') {
				envelope.folderId = folder.folderId;
				continue;
			}
			if (envelope.status === 'sent' || envelope.status === 'delivered') voidEnvelope(envelope, 'The envelope was deleted by its sender.', events);
			envelope.folderId = folder.folderId;
			if (envelope.status === 'created') {
				envelope.times.deleted = Date.now();
				moveTo(envelope, 'deleted', envelope.times.deleted);
			}
			events(envelope, 'envelope-deleted');
		}
		response.json({ folders: [folderAnswer(folder, locals)] });
	});
	return router;
}

/** The well-known ones also go by their type. */
function folderNamed({ params }: Request, { state }: ApiLocals): Folder {
	const id = String(params['folderId']).toLowerCase();
	const found = state.folders.find((folder) => folder.folderId === id || (folder.type !== 'normal' && folder.type === id.replace('drafts', 'draft')));
	if (!found) throw badRequest('FOLDER_DOES_NOT_EXIST', 'The specified folder does not exist.');
	return found;
}

function contents(folder: Folder, { state, user }: ApiLocals): Envelope[] {
	return [...state.envelopes.values()]
		.filter((envelope) => mayManage(state, user, envelope) || isRecipient(user, envelope))
		.filter((envelope) => liesIn(envelope, folder, envelope.sender.userId !== user.userId && isRecipient(user, envelope)))
		.toSorted((left, right) => right.times.lastModified - left.times.lastModified);
}

function matches(request: Request, envelope: Envelope): boolean {
	const search = parameter(request, 'search_text')?.toLowerCase() ?? '';
	const status = commaList(parameter(request, 'status')).map((word) => word.toLowerCase());
	const [from, to] = [moment(request, 'from_date') ?? -Infinity, moment(request, 'to_date') ?? Infinity];
	const at = envelope.times.sent ?? envelope.times.created;
	return searchable(envelope).includes(search) && (status.length === 0 || status.includes('any') || status.includes(envelope.status)) && at >= from && at <= to;
}

function folderAnswer(folder: Folder, locals: ApiLocals): Wire {
	const { folderId, name, type, parentFolderId } = folder;
	const children = locals.state.folders.filter((candidate) => candidate.parentFolderId === folderId);
	const { userId, givenName, familyName, email } = locals.user;
	return {
		folderId,
		name,
		type,
		uri: `/folders/${folderId}`,
		owner: { userId, userName: `${givenName} ${familyName}`, email },
		itemCount: String(contents(folder, locals).length),
		subFolderCount: String(children.length),
		hasSubFolders: truth(children.length > 0),
		...(parentFolderId !== undefined && { parentFolderId, parentFolderUri: `/folders/${parentFolderId}` }),
		...(children.length > 0 && { folders: children.map((child) => folderAnswer(child, locals)) }),
	};
}

function itemAnswer(envelope: Envelope, { folderId }: Folder): Wire {
	const { envelopeId, status, times, sender, properties } = envelope;
	const senderName = `${sender.givenName} ${sender.familyName}`;
	return {
		envelopeId,
		envelopeUri: `/envelopes/${envelopeId}`,
		recipientsUri: `/envelopes/${envelopeId}/recipients`,
		status,
		subject: textOf(properties['emailSubject']) ?? '',
		ownerName: senderName,
		senderName,
		senderEmail: sender.email,
		senderUserId: sender.userId,
		createdDateTime: stamp(times.created),
		sentDateTime: stamp(times.sent),
		completedDateTime: stamp(times.completed),
		expireDateTime: stamp(expiresAt(envelope)),
		folderId,
		folderUri: `/folders/${folderId}`,
	};
}
