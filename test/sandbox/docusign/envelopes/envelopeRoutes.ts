// One envelope: read it, send a draft, void it, send it again; what happened to it, what was entered, its marks and its clocks.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/update/
import { Router } from 'express';
import { badRequest, invalidBody, invalidParameter } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import type { DocuSignSettings } from '../settings';
import { isTrue, textOf, wireOf, type Wire } from '../wire';
import { envelopeAccess } from './access';
import { keptOf } from './createRoute';
import { customFieldsAnswer, readCustomFields, removeCustomFields, updateCustomFields } from './customFields';
import { touch, type Envelope } from './envelope';
import { formDataAnswer } from './formData';
import { resend, send, voidEnvelope, type EnvelopeEvents } from './life';
import { answerOf, includeOf } from './listRoutes';
import { readNotification } from './notification';

export function envelopeRoutes(settings: DocuSignSettings, events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });
	const access = envelopeAccess(events);

	router.route('/envelopes/:envelopeId')
		.get((request, response: ApiResponse) => void response.json(answerOf(access.read(request, response), response.locals, includeOf(request))))
		.put((request, response: ApiResponse) => {
			const envelope = access.manage(request, response);
			update(envelope, wireOf(request.body), isTrue(parameter(request, 'resend_envelope')), events);
			response.json({ envelopeId: envelope.envelopeId });
		});

	router.get('/envelopes/:envelopeId/audit_events', (request, response: ApiResponse) => {
		response.json({ auditEvents: access.read(request, response).auditEvents });
	});

	router.get('/envelopes/:envelopeId/form_data', (request, response: ApiResponse) => {
		const envelope = access.manage(request, response);
		if (!settings.docuSignFormDataAllowed) throw badRequest('ACCOUNT_LACKS_PERMISSIONS', 'This Account lacks sufficient permissions.');
		response.json(formDataAnswer(envelope));
	});

	router.route('/envelopes/:envelopeId/notification')
		.get((request, response: ApiResponse) => void response.json(access.read(request, response).notification))
		.put((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			envelope.notification = readNotification(request.body, envelope.notification);
			touch(envelope);
			response.json(envelope.notification);
		});

	router.route('/envelopes/:envelopeId/custom_fields')
		.get((request, response: ApiResponse) => void response.json(customFieldsAnswer(access.read(request, response).customFields)))
		.post((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const added = readCustomFields(request.body);
			if (added.length === 0) throw invalidBody();
			envelope.customFields.push(...added);
			touch(envelope);
			response.status(201).json(customFieldsAnswer(added));
		})
		.put((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const changed = updateCustomFields(envelope.customFields, request.body);
			touch(envelope);
			response.json(customFieldsAnswer(changed));
		})
		.delete((request, response: ApiResponse) => {
			const envelope = access.change(request, response);
			const { removed, kept } = removeCustomFields(envelope.customFields, request.body);
			envelope.customFields = kept;
			touch(envelope);
			response.json(customFieldsAnswer(removed));
		});
	return router;
}

function update(envelope: Envelope, body: Wire, again: boolean, events: EnvelopeEvents): void {
	const status = textOf(body['status'])?.toLowerCase();
	const changes = keptOf(body);
	if (status !== undefined && !['sent', 'voided'].includes(status)) throw invalidParameter('Invalid value specified for status.');
	if (Object.keys(changes).length > 0) {
		if (!['created', 'sent', 'delivered'].includes(envelope.status)) throw badRequest('ENVELOPE_INVALID_STATUS', "Invalid envelope status. Only envelopes in the 'Created', 'Sent' or 'Delivered' states may be changed.");
		Object.assign(envelope.properties, changes);
		touch(envelope);
	}
	if (body['notification'] !== undefined) envelope.notification = readNotification(body['notification'], envelope.notification);
	if (status === 'sent' && !again) send(envelope, events);
	if (status === 'voided') {
		const reason = textOf(body['voidedReason'])?.trim();
		if (!reason) throw invalidBody('voidedReason must be specified.');
		voidEnvelope(envelope, reason, events);
	}
	if (again) {
		if (envelope.status === 'created' && status === 'sent') return send(envelope, events);
		resend(envelope, events);
	}
}
