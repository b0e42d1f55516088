// GET /envelopes, and PUT /envelopes/status: many at once.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/liststatuschanges/
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/liststatus/
import { Router, type Request } from 'express';
import { isRecipient, mayManage } from '../accountState';
import { invalidBody, invalidParameter, noSuchEnvelope } from '../apiErrors';
import { moment, pageOf, parameter, type ApiLocals, type ApiResponse } from '../apiLocals';
import { folderOf, liesIn } from '../folders/folder';
import type { DocuSignSettings } from '../settings';
import { commaList, stamp, textOf, wireOf, type Wire } from '../wire';
import type { Envelope } from './envelope';
import { envelopeAnswer, includable } from './envelopeAnswer';
import { expire, type EnvelopeEvents } from './life';
import { emailOf, nameOf } from './recipient';

const statuses = ['any', 'created', 'sent', 'delivered', 'signed', 'completed', 'declined', 'deleted', 'voided', 'timedout', 'processing', 'template'];
/** A transaction id is known so long. */
const transactionLifeMs = 7 * 86_400_000;

export function listRoutes(settings: DocuSignSettings, events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });

	router.get('/envelopes', (request, response: ApiResponse) => {
		const { locals } = response;
		const named = commaList(parameter(request, 'envelope_ids'));
		const transactions = commaList(parameter(request, 'transaction_ids'));
		const hasStart = ['from_date', 'folder_ids', 'folder_types', 'continuation_token'].some((name) => parameter(request, name));
		if (!hasStart && named.length === 0 && transactions.length === 0) {
			throw invalidParameter('At least one of the following parameters must be specified: from_date, envelope_ids, folder_ids, folder_types, or transaction_ids.');
		}
		for (const envelope of locals.state.envelopes.values()) expire(envelope, events);
		const found = filtered(request, locals, named, transactions);
		const include = includeOf(request);
		const { items, position } = pageOf(request, found, { uri: `/accounts/${locals.state.account.accountId}/envelopes`, maxCount: 1_000, pageSize: settings.docuSignPageSize });
		response.json({
			...position,
			...(items.length > 0 && { envelopes: items.map((envelope) => answerOf(envelope, locals, include)) }),
			...(transactions.length > 0 && { envelopeTransactionStatuses: found.map(({ envelopeId, status, transactionId }) => ({ envelopeId, status, transactionId })) }),
			...(include.has('folders') && { folders: locals.state.folders.map(({ folderId, name, type }) => ({ folderId, name, type })) }),
			continuationToken: '',
			lastQueriedDateTime: stamp(Date.now()),
		});
	});

	router.put('/envelopes/status', (request, response: ApiResponse) => {
		const { locals } = response;
		const body = wireOf(request.body);
		const wants = (query: string, field: string): string[] => {
			const listed = Array.isArray(body[field]) ? body[field].map(String) : [];
			// The query says where to look: `envelope_ids=request_body`. @see liststatus
			const given = parameter(request, query);
			return given === undefined || given === 'request_body' ? listed : commaList(given);
		};
		const ids = wants('envelope_ids', 'envelopeIds');
		const transactions = wants('transaction_ids', 'transactionIds');
		if (ids.length === 0 && transactions.length === 0 && !parameter(request, 'from_date')) throw invalidBody('envelopeIds or transactionIds must be specified.');
		for (const envelope of locals.state.envelopes.values()) expire(envelope, events);
		const missing = ids.find((id) => !visible(locals, 'all').some(({ envelopeId }) => envelopeId === id.toLowerCase()));
		// Whoever asks for many is told about those that are there; for one alone it is an error.
		if (missing !== undefined && ids.length === 1) throw noSuchEnvelope();
		const found = filtered(request, locals, ids, transactions);
		const { items, position } = pageOf(request, found, { uri: `/accounts/${locals.state.account.accountId}/envelopes/status`, maxCount: 1_000, pageSize: settings.docuSignPageSize });
		response.json({ ...position, envelopes: items.map((envelope) => statusOf(envelope)) });
	});
	return router;
}

/** What the user sends and, as an administrator, everybody in the account; `all` adds what the user received. */
function visible({ state, user }: ApiLocals, which: 'sent' | 'received' | 'all'): Envelope[] {
	return [...state.envelopes.values()].filter((envelope) => (which !== 'received' && mayManage(state, user, envelope)) || (which !== 'sent' && isRecipient(user, envelope)));
}

function filtered(request: Request, locals: ApiLocals, ids: readonly string[], transactions: readonly string[]): Envelope[] {
	const userFilter = parameter(request, 'user_filter');
	if (userFilter !== undefined && !['sender', 'recipient', 'recipient_only'].includes(userFilter)) throw invalidParameter('Invalid value specified for user_filter.');
	const which = ids.length > 0 ? 'all' : userFilter?.startsWith('recipient') ? 'received' : 'sent';
	const wanted = new Set(ids.map((id) => id.toLowerCase()));
	const status = commaList(parameter(request, 'status')).map((word) => word.toLowerCase());
	const unknown = status.find((word) => !statuses.includes(word));
	if (unknown !== undefined) throw invalidParameter(`Invalid value specified for status. ${unknown}`);
	const [from, to] = [moment(request, 'from_date'), moment(request, 'to_date')];
	if (from !== undefined && to !== undefined && from > to) throw invalidParameter('from_date must be before to_date.');
	const search = parameter(request, 'search_text')?.toLowerCase();
	const userId = parameter(request, 'user_id');
	const field = parameter(request, 'custom_field');
	const found = visible(locals, which)
		.filter(({ envelopeId }) => wanted.size === 0 || wanted.has(envelopeId))
		.filter(({ transactionId, times }) => transactions.length === 0 || (transactionId !== undefined && transactions.includes(transactionId) && times.created > Date.now() - transactionLifeMs))
		.filter((envelope) => status.length === 0 || status.includes('any') || status.includes(envelope.status))
		.filter((envelope) => inFolders(request, locals, envelope))
		.filter((envelope) => within(envelope, parameter(request, 'from_to_status'), from, to))
		.filter((envelope) => search === undefined || search === '' || searchable(envelope).includes(search))
		.filter(({ sender }) => userId === undefined || sender.userId === userId.toLowerCase())
		.filter((envelope) => field === undefined || hasCustomField(envelope, field));
	return sorted(found, parameter(request, 'order_by'), parameter(request, 'order'));
}

/** `from_to_status` says which change has to lie between the dates; without it, any. */
function within({ times }: Envelope, fromToStatus: string | undefined, from = -Infinity, to = Infinity): boolean {
	const word = fromToStatus?.toLowerCase() || 'changed';
	const moments: Record<string, number | undefined> = { changed: times.statusChanged, created: times.created, sent: times.sent, delivered: times.delivered, completed: times.completed, declined: times.declined, voided: times.voided, deleted: times.deleted };
	if (word !== 'changed' && !statuses.includes(word)) throw invalidParameter('Invalid value specified for from_to_status.');
	const at = word === 'changed' ? times.statusChanged : moments[word];
	return at !== undefined && at >= from && at <= to;
}

function inFolders(request: Request, { state, user }: ApiLocals, envelope: Envelope): boolean {
	const ids = commaList(parameter(request, 'folder_ids'));
	const types = commaList(parameter(request, 'folder_types')).map((type) => type.toLowerCase().replace('drafts', 'draft'));
	if (ids.length === 0 && types.length === 0) return true;
	const asRecipient = envelope.sender.userId !== user.userId && isRecipient(user, envelope);
	return state.folders.some((folder) => liesIn(envelope, folder, asRecipient) && (ids.includes(folder.folderId) || ids.includes(folder.type) || types.includes(folder.type)));
}

/** `Name=Value`, or `Name` alone for any value. */
function hasCustomField({ customFields }: Envelope, wanted: string): boolean {
	const [name, ...rest] = wanted.split('=');
	const value = rest.length > 0 ? rest.join('=') : undefined;
	return customFields.some(({ fields }) => fields['name'] === name && (value === undefined || fields['value'] === value));
}

export function searchable({ envelopeId, properties, sender, recipients, customFields }: Envelope): string {
	return [envelopeId, textOf(properties['emailSubject']), sender.email, `${sender.givenName} ${sender.familyName}`, ...recipients.flatMap((recipient) => [emailOf(recipient), nameOf(recipient)]), ...customFields.map(({ fields }) => textOf(fields['value']))].join('\n').toLowerCase();
}

function sorted(envelopes: Envelope[], orderBy: string | undefined, order: string | undefined): Envelope[] {
	const keys: Record<string, (envelope: Envelope) => number | string> = {
		action_required: ({ status }) => status,
		created: ({ times }) => times.created,
		completed: ({ times }) => times.completed ?? 0,
		envelope_name: ({ properties }) => textOf(properties['emailSubject']) ?? '',
		expire: ({ times }) => times.sent ?? 0,
		last_modified: ({ times }) => times.lastModified,
		sent: ({ times }) => times.sent ?? 0,
		signer_list: ({ recipients }) => recipients.map(nameOf).join(),
		status: ({ status }) => status,
		subject: ({ properties }) => textOf(properties['emailSubject']) ?? '',
		user_name: ({ sender }) => `${sender.givenName} ${sender.familyName}`,
		status_changed: ({ times }) => times.statusChanged,
	};
	const key = keys[orderBy || 'last_modified'];
	if (!key) throw invalidParameter('Invalid value specified for order_by.');
	if (order !== undefined && order !== 'asc' && order !== 'desc') throw invalidParameter('Invalid value specified for order.');
	const sign = order === 'asc' ? 1 : -1;
	return envelopes.toSorted((left, right) => {
		const [first, second] = [key(left), key(right)];
		const compared = typeof first === 'number' && typeof second === 'number' ? first - second : String(first).localeCompare(String(second));
		return sign * compared;
	});
}

export function includeOf(request: Request): Set<string> {
	const include = new Set(commaList(parameter(request, 'include')));
	const unknown = [...include].find((word) => !includable.includes(word));
	if (unknown !== undefined) throw invalidParameter(`Invalid value specified for include. ${unknown}`);
	return include;
}

export function answerOf(envelope: Envelope, { state, user }: ApiLocals, include: ReadonlySet<string>): Wire {
	return envelopeAnswer(envelope, state.account.accountId, include, folderOf(state.folders, envelope, envelope.sender.userId !== user.userId && isRecipient(user, envelope)));
}

function statusOf({ envelopeId, status, times }: Envelope): Wire {
	const uri = `/envelopes/${envelopeId}`;
	return { envelopeId, status, statusChangedDateTime: stamp(times.statusChanged), envelopeUri: uri, documentsUri: `${uri}/documents`, recipientsUri: `${uri}/recipients` };
}
