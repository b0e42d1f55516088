// POST …/views/recipient and …/views/sender.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopeviews/createrecipient/
import { Router } from 'express';
import { badRequest, invalidBody, invalidParameter, invalidStatus } from '../apiErrors';
import type { ApiResponse } from '../apiLocals';
import { envelopeAccess } from '../envelopes/access';
import type { Envelope } from '../envelopes/envelope';
import type { EnvelopeEvents } from '../envelopes/life';
import { clientUserIdOf, emailOf, nameOf, userIdOf, type Recipient } from '../envelopes/recipient';
import { textOf, wireOf, type Wire } from '../wire';
import type { SigningViews } from './views';

const unknownRecipient = "The recipient you have identified is not a valid recipient of the specified envelope. Envelope recipient could not be determined. 'clientUserId', 'email', or 'userName' in request and envelope may not match.";

export function viewRoutes(views: SigningViews, baseUri: string, events: EnvelopeEvents): Router {
	const router = Router({ mergeParams: true });
	const access = envelopeAccess(events);

	router.post('/envelopes/:envelopeId/views/recipient', (request, response: ApiResponse) => {
		const envelope = access.manage(request, response);
		const body = wireOf(request.body);
		if (Object.keys(body).length === 0) throw invalidBody();
		const returnUrl = textOf(body['returnUrl']) ?? '';
		if (!URL.canParse(returnUrl)) throw invalidParameter('Invalid value specified for returnUrl.');
		if (!textOf(body['authenticationMethod'])) throw invalidParameter('authenticationMethod must be specified.');
		const recipient = recipientOf(envelope, body);
		if (envelope.status === 'created') throw invalidStatus("The envelope is not in the correct state for this operation. Only envelopes in the 'Sent' or 'Delivered' states have a recipient view.");
		if (recipient.status === 'created') throw badRequest('RECIPIENT_NOT_IN_SEQUENCE', 'The token for an out of sequence recipient cannot be generated.');
		const token = views.open(envelope, recipient, returnUrl);
		response.status(201).json({ url: `${baseUri}/Signing/StartInSession.aspx?code=${token}` });
	});

	router.post('/envelopes/:envelopeId/views/sender', (request, response: ApiResponse) => {
		const envelope = access.manage(request, response);
		if (envelope.status !== 'created') throw invalidStatus("The envelope is not in the correct state for this operation. Only envelopes in the 'Created' state have a sender view.");
		response.status(201).json({ url: `${baseUri}/Member/EnvelopeStart.aspx?envelopeId=${envelope.envelopeId}` });
	});
	return router;
}

/** Whoever is embedded is named by clientUserId and by name and e-mail, or by user id; whoever is not, without a clientUserId. */
function recipientOf({ recipients }: Envelope, body: Wire): Recipient {
	const [clientUserId, email, userName, userId, recipientId] = ['clientUserId', 'email', 'userName', 'userId', 'recipientId'].map((name) => textOf(body[name]) || undefined);
	const found = recipients.find((recipient) => {
		if (clientUserIdOf(recipient) !== clientUserId) return false;
		if (recipientId !== undefined && recipient.recipientId !== recipientId) return false;
		if (userId !== undefined) return userIdOf(recipient) === userId;
		const sameEmail = email !== undefined && emailOf(recipient).toLowerCase() === email.toLowerCase();
		return sameEmail && userName !== undefined && (nameOf(recipient) === userName || textOf(recipient.fields['hostName']) === userName);
	});
	if (!found) throw badRequest('UNKNOWN_ENVELOPE_RECIPIENT', unknownRecipient);
	return found;
}
