// Which grant a token request is for, told to the record before anybody answers it.
import type { RequestHandler } from 'express';
import type { CallLog } from './calls';
import { peekForm } from './formBody';

export function noteGrantType(calls: CallLog): RequestHandler {
	return async (request, _response, next) => {
		const grantType = request.method === 'POST' ? (await peekForm(request)).get('grant_type') : null;
		if (grantType !== null) calls.annotate(request, { grantType });
		next();
	};
}
