// Login and consent between oidc-provider's authorize and resume steps.
import { timingSafeEqual } from 'node:crypto';
import { Router, urlencoded, type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import { identityUrl, userOfAccount, type SalesforceContext } from './context';
import { consentPage, errorPage, loginPage } from './interactionPages';
import { orgUsers } from './org';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

export function interactionRoutes(context: SalesforceContext, provider: Provider): Router {
	const router = Router();

	router.get('/interaction/:uid', async (request, response) => {
		const details = await provider.interactionDetails(request, response);
		response.set('Cache-Control', 'no-store').type('html');
		if (details.prompt.name === 'login') return void response.send(loginPage(String(details.params['login_hint'] ?? '')));
		const client = await provider.Client.find(String(details.params['client_id']));
		const user = userOfAccount(details.session?.accountId);
		response.send(consentPage(client?.clientName ?? 'An app', user?.username ?? '', scopesOf(details)));
	});

	router.post('/interaction/:uid', urlencoded({ extended: false }), async (request, response) => {
		const details = await provider.interactionDetails(request, response);
		await (details.prompt.name === 'login' ? login(details, request, response) : decide(details, request, response));
	});

	async function login(details: Details, request: Request, response: Response): Promise<void> {
		const { username = '', password = '' } = request.body as Record<string, string>;
		const user = orgUsers.find((candidate) => candidate.username === username.trim().toLowerCase());
		if (!user || !sameText(password, user.password)) {
			response.type('html').send(loginPage(username, 'Please check your username and password. If you still can’t log in, contact your Salesforce administrator.'));
			return;
		}
		const accountId = identityUrl(context.loginUrl, user);
		context.calls.annotate(request, { user: user.name });
		const resumeUrl = await provider.interactionResult(request, response, { login: { accountId, remember: true } }, { mergeWithLastSubmission: false });
		await switchSession(details, accountId);
		response.redirect(303, resumeUrl);
	}

	/** Somebody else logs in on a browser that remembers a user: oidc-provider would ask for a logout page first, Salesforce does not. */
	async function switchSession(details: Details, accountId: string): Promise<void> {
		if (!details.session?.uid || details.session.accountId === accountId) return;
		const session = await provider.Session.findByUid(details.session.uid);
		if (!session) return;
		session.loginAccount({ accountId });
		session.authorizations = {};
		await session.persist();
	}

	async function decide(details: Details, request: Request, response: Response): Promise<void> {
		const accountId = details.session?.accountId;
		if (!accountId) throw new Error('consent without a login');
		context.calls.annotate(request, { user: userOfAccount(accountId)?.name ?? null });
		if ((request.body as Record<string, string>)['decision'] !== 'allow') {
			const denied = { error: 'access_denied', error_description: 'end-user denied authorization' };
			return provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
		}
		const clientId = String(details.params['client_id']);
		const grant = new provider.Grant({ accountId, clientId });
		grant.addOIDCScope(scopesOf(details).join(' '));
		context.store.rememberConsent(accountId, clientId, scopesOf(details));
		const grantId = await grant.save();
		await provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
	}

	router.use('/interaction', showLostInteraction);
	return router;
}

/** A page left open too long, or opened in another browser. */
const showLostInteraction: ErrorRequestHandler = (error: { status?: number; error?: string; error_description?: string }, _request, response, _next) => {
	response.status(error.status ?? 500).type('html').send(errorPage(error.error ?? 'server_error', error.error_description));
};

function scopesOf(details: Details): string[] {
	return String(details.params['scope'] ?? '').split(' ');
}

function sameText(left: string, right: string): boolean {
	return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
