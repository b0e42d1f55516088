// The envelope of a path, for whoever reads it and for whoever changes it.
import type { Request } from 'express';
import { findEnvelope, mayManage } from '../accountState';
import { invalidParameter, invalidStatus, lacksPermissions } from '../apiErrors';
import type { ApiResponse } from '../apiLocals';
import type { Envelope } from './envelope';
import { expire, type EnvelopeEvents } from './life';

export interface EnvelopeAccess {
	/** Throws ENVELOPE_DOES_NOT_EXIST. */
	read(request: Request, response: ApiResponse): Envelope;
	/** Throws USER_LACKS_PERMISSIONS too, for somebody who only received it. */
	manage(request: Request, response: ApiResponse): Envelope;
	/** Throws ENVELOPE_INVALID_STATUS too, for one that is finished. */
	change(request: Request, response: ApiResponse): Envelope;
}

export function envelopeAccess(events: EnvelopeEvents): EnvelopeAccess {
	const read: EnvelopeAccess['read'] = (request, { locals: { state, user } }) => {
		const id = String(request.params['envelopeId']);
		if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) throw invalidParameter('Invalid value specified for envelopeId.');
		const envelope = findEnvelope(state, user, id);
		expire(envelope, events);
		return envelope;
	};
	const manage: EnvelopeAccess['manage'] = (request, response) => {
		const envelope = read(request, response);
		if (!mayManage(response.locals.state, response.locals.user, envelope)) throw lacksPermissions();
		return envelope;
	};
	const change: EnvelopeAccess['change'] = (request, response) => {
		const envelope = manage(request, response);
		if (!['created', 'sent', 'delivered'].includes(envelope.status)) throw invalidStatus("Invalid envelope status. Only envelopes in the 'Created', 'Sent' or 'Delivered' states may be changed.");
		return envelope;
	};
	return { read, manage, change };
}
