// The signing pages at the account's server. An embedded signer goes back to the caller's address with what happened as `event`.
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/concepts/embedding/
import { Router, urlencoded, type Response } from 'express';
import { ApiError } from '../apiErrors';
import { audit, finalStatuses } from '../envelopes/envelope';
import { decline, deliver, isActing, sign, type EnvelopeEvents } from '../envelopes/life';
import { nameOf } from '../envelopes/recipient';
import { textOf } from '../wire';
import { accessCodePage, endPage, signingPage } from './signingPages';
import type { SigningView, SigningViews } from './views';

/** After so many wrong access codes the recipient has failed. */
const accessCodeTries = 3;

export function signingRoutes(views: SigningViews, events: EnvelopeEvents): Router {
	const router = Router();
	const failures = new WeakMap<SigningView, number>();
	const admitted = new WeakSet<SigningView>();

	router.get('/Signing/StartInSession.aspx', (request, response) => {
		const view = views.find(String(request.query['code']));
		if (!view) return void response.status(404).send(endPage('This link is not valid', 'Ask for a new one.'));
		if (!views.use(view)) return leave(response, view, 'ttl_expired');
		if (finalStatuses.has(view.envelope.status) && view.envelope.status !== 'completed') return leave(response, view, 'exception');
		if (!isActing(view.recipient)) return leave(response, view, 'viewing_complete');
		show(response, view);
	});

	router.post('/Signing/StartInSession.aspx', urlencoded({ extended: false }), (request, response) => {
		const view = views.find(String(request.query['code']));
		if (!view?.opened) return void response.status(404).send(endPage('This link is not valid', 'Ask for a new one.'));
		if (view.done || !isActing(view.recipient) || finalStatuses.has(view.envelope.status)) return leave(response, view, 'session_timeout');
		const form = request.body as Record<string, string>;
		if (form['act'] === 'accessCode') return checkCode(response, view, form['accessCode'] ?? '');
		if (needsCode(view)) return show(response, view);
		view.done = true;
		try {
			if (form['act'] === 'finish') {
				sign(view.envelope, view.recipient, valuesOf(form), events);
				return leave(response, view, 'signing_complete');
			}
			if (form['act'] === 'decline') {
				decline(view.envelope, view.recipient, form['reason']?.trim() || 'No reason given', events);
				return leave(response, view, 'decline');
			}
			leave(response, view, 'cancel');
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			leave(response, view, 'exception');
		}
	});

	function needsCode(view: SigningView): boolean {
		return Boolean(textOf(view.recipient.fields['accessCode'])) && !admitted.has(view);
	}

	function show(response: Response, view: SigningView): void {
		response.set('Cache-Control', 'no-store').type('html');
		if (needsCode(view)) return void response.send(accessCodePage(failures.has(view)));
		deliver(view.envelope, view.recipient, events);
		response.send(signingPage(view.envelope, view.recipient));
	}

	function checkCode(response: Response, view: SigningView, code: string): void {
		if (code === textOf(view.recipient.fields['accessCode'])) {
			admitted.add(view);
			return show(response, view);
		}
		const count = (failures.get(view) ?? 0) + 1;
		failures.set(view, count);
		audit(view.envelope, 'Access Code Failed', nameOf(view.recipient), 'A wrong access code was entered');
		if (count < accessCodeTries) return show(response, view);
		view.done = true;
		events(view.envelope, 'recipient-authenticationfailed', view.recipient);
		leave(response, view, 'access_code_failed');
	}
	return router;
}

function leave(response: Response, { returnUrl }: SigningView, event: string): void {
	if (returnUrl === undefined) return void response.type('html').send(endPage(event === 'signing_complete' ? 'You’ve finished signing' : 'This session is over', event));
	const back = new URL(returnUrl);
	back.searchParams.set('event', event);
	response.redirect(302, back.href);
}

function valuesOf(form: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (name.startsWith('tab:') ? [[name.slice(4), value]] : [])));
}
