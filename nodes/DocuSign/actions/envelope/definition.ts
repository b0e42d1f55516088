import type { IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';
import { guidOf, optionsOf, parameterError, textOf } from '../parameters';
import { readDocuments } from '../readDocuments';
import { readRoles, recipientsBody } from '../readRecipients';
import { customFieldsOf } from './customFields';
import { notificationOf } from './notification';

/** DocuSign takes no more. */
const MAX_SUBJECT = 100;

/** What POST /envelopes takes. @throws NodeOperationError */
export async function definitionOf(api: ItemApi, status: 'sent' | 'created'): Promise<IDataObject> {
	const settings = optionsOf(api, 'envelopeSettings');
	const emailSubject = textOf(api, 'emailSubject');
	if (emailSubject.length > MAX_SUBJECT) throw parameterError(api, `The parameter "Subject" has ${emailSubject.length} characters, and DocuSign takes ${MAX_SUBJECT}`);
	const fields = customFieldsOf((settings.customFields as { field?: IDataObject[] } | undefined)?.field ?? []);
	const notification = notificationOf(settings);
	const shared = {
		status,
		...(emailSubject !== '' && { emailSubject }),
		...(settings.emailBlurb !== undefined && { emailBlurb: settings.emailBlurb }),
		...(settings.brandId !== undefined && { brandId: settings.brandId }),
		...(fields.length > 0 && { customFields: { textCustomFields: fields } }),
		...(notification !== undefined && { notification }),
	};
	if (api.context.getNodeParameter('source', api.itemIndex, 'documents') === 'template') return { ...shared, templateId: guidOf(api, 'template', 'Template'), templateRoles: readRoles(api) };
	if (emailSubject === '') throw parameterError(api, 'The parameter "Subject" is empty');
	return { ...shared, recipients: recipientsBody(api), documents: await readDocuments(api) };
}
