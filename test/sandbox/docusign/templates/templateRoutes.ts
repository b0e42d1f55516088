// Templates: the list with its search and pages, and one.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/templates/templates/list/
import { Router } from 'express';
import { findTemplate, maySeeTemplate } from '../accountState';
import { invalidParameter } from '../apiErrors';
import { moment, pageOf, parameter, type ApiResponse } from '../apiLocals';
import { documentsAnswer } from '../documents/documentsAnswer';
import { recipientsAnswer } from '../envelopes/recipient';
import type { DocuSignSettings } from '../settings';
import { commaList, isTrue } from '../wire';
import { templateAnswer, type Template } from './template';

const orders: Readonly<Record<string, (template: Template) => number | string>> = {
	name: ({ name }) => name.toLowerCase(),
	modified: ({ lastModified }) => lastModified,
	used: ({ lastUsed }) => lastUsed ?? 0,
};

export function templateRoutes(settings: DocuSignSettings): Router {
	const router = Router({ mergeParams: true });

	router.get('/templates', (request, response: ApiResponse) => {
		const { state, user } = response.locals;
		const search = parameter(request, 'search_text')?.toLowerCase() ?? '';
		const ids = commaList(parameter(request, 'template_ids')).map((id) => id.toLowerCase());
		const folders = commaList(parameter(request, 'folder_ids'));
		const filter = parameter(request, 'user_filter');
		if (filter !== undefined && !['owned_by_me', 'shared_with_me', 'all'].includes(filter)) throw invalidParameter('Invalid value specified for user_filter.');
		const usedSince = moment(request, 'used_from_date');
		const found = [...state.templates.values()]
			.filter((template) => maySeeTemplate(state, user, template))
			.filter(({ templateId }) => ids.length === 0 || ids.includes(templateId))
			.filter(({ folder }) => folders.length === 0 || folders.includes(folder.folderId))
			.filter(({ name, description }) => `${name}\n${description}`.toLowerCase().includes(search))
			.filter(({ owner }) => filter === undefined || filter === 'all' || (owner.userId === user.userId) === (filter === 'owned_by_me'))
			.filter(({ lastUsed }) => usedSince === undefined || (lastUsed ?? 0) >= usedSince);
		const key = orders[parameter(request, 'order_by') || 'name'];
		if (!key) throw invalidParameter('Invalid value specified for order_by.');
		const sign = parameter(request, 'order') === 'desc' ? -1 : 1;
		const sorted = found.toSorted((left, right) => sign * (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
		const { items, position } = pageOf(request, sorted, { uri: '/templates', maxCount: 2_000, pageSize: settings.docuSignPageSize });
		const include = new Set(commaList(parameter(request, 'include')));
		response.json({ ...position, ...(items.length > 0 && { envelopeTemplates: items.map((template) => templateAnswer(template, state.account.accountId, include)) }) });
	});

	router.get('/templates/:templateId', (request, response: ApiResponse) => {
		const { state, user } = response.locals;
		const template = findTemplate(state, user, String(request.params['templateId']));
		const include = commaList(parameter(request, 'include'));
		// One template always comes with its roles and documents.
		response.json(templateAnswer(template, state.account.accountId, new Set(['recipients', 'documents', ...include])));
	});

	router.get('/templates/:templateId/documents', (request, response: ApiResponse) => {
		const { state, user } = response.locals;
		const { templateId, documents } = findTemplate(state, user, String(request.params['templateId']));
		response.json({ templateId, templateDocuments: documentsAnswer(documents, `/templates/${templateId}`) });
	});

	router.get('/templates/:templateId/recipients', (request, response: ApiResponse) => {
		const { state, user } = response.locals;
		const { recipients } = findTemplate(state, user, String(request.params['templateId']));
		response.json(recipientsAnswer(recipients, isTrue(parameter(request, 'include_tabs'))));
	});
	return router;
}
