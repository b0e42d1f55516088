import { signInScopes, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import { SERVICE_ACCOUNT, type UserKey } from '../types';
import { sha256, type StoredSignInRequest } from '../vault';
import { toErrorPage, toldErrorPage } from './errorPage';
import { refusalOf } from './establish';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { overPage } from './over';
import { openIdOrigins, organisationHost } from './openId';
import { confirmSignInPage, declinedPage, donePage, linkSentPage, otherAccountPage, unknownBrowserPage, type UnknownBrowserProps } from './pages';
import { addressOf, appView, callbackPage, formOriginsOf, ownConnection, ownRequest, portalConnection, scopeViews, type PortalContext } from './portal';
import { showPortalLink } from './portalLink';
import { readTold, type Told } from './told';

/** `GET sign-in`: a GET starts and consumes nothing but the waiting browser's own hand-over code (S7). */
export async function showSignIn(context: PortalContext): Promise<PortalResponse> {
	const { query } = context.request;
	const told = readTold(context.vault, query.get('told'));
	if (told !== undefined) return await showTold(context, told);
	const code = query.get('link');
	if (code !== null) return await showPersonalLink(context, code);
	const { request, connection } = await ownRequest(context, query.get('request') ?? '');
	const handOver = query.get('code');
	if (handOver !== null) return await exchangeHandOver(context, request, connection, handOver);
	return await showRequest(context, request, connection);
}

async function exchangeHandOver(context: PortalContext, request: StoredSignInRequest, connection: Connection, code: string): Promise<PortalResponse> {
	const clean = `${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`;
	if (context.browser.isBoundTo(request)) return seeOther(clean);
	const hash = context.browser.newBinding(request.id, callbackPage(connection), true);
	if (!(await context.vault.requests.exchangeHandOver(request.id, sha256(code), hash))) context.browser.cookies.length = 0;
	return seeOther(clean);
}

async function showRequest(context: PortalContext, request: StoredSignInRequest, connection: Connection): Promise<PortalResponse> {
	const { browser } = context;
	const bound = browser.isBoundTo(request);
	const signedIn = (await browser.sessionUser()) === request.userKey;
	const known = bound || signedIn;
	const app = appView(connection);
	if (!known) {
		return htmlPage(
			unknownBrowserPage({
				portalName: context.portalName,
				app,
				sendLinkForm: request.state === 'open' ? { action: `${context.path}/connect`, hidden: { sendLink: request.id, token: browser.formToken() } } : undefined,
				...waysIn(context, connection, request),
			}),
			{ status: 403, formOrigins: [...formOriginsOf([connection]), ...(await openIdOrigins(context))] },
		);
	}
	if (request.timedOut) throw new ConnectedAppsError('signInTimedOut', 'The flow has waited as long as it may', { advice: 'Start it again' });
	if (request.state === 'open') {
		return await confirmPage(context, connection, request.userKey, { request: request.id }, request);
	}
	if (request.state === 'completed' && bound && (signedIn || (request.failureCode !== undefined && browser.isCallerOf(request)))) return seeOther(`${addressOf(context, 'continue')}?request=${encodeURIComponent(request.id)}`);
	return overPage(context, connection, request);
}

/** How somebody whom we do not know yet may show that the request is theirs. */
function waysIn(context: PortalContext, connection: Connection, { id }: StoredSignInRequest): Pick<UnknownBrowserProps, 'signInForms' | 'organisation'> {
	const form = (hidden: Record<string, string>) => ({ action: `${context.path}/connect`, hidden: { ...hidden, then: id, token: context.browser.formToken() } });
	const { kind } = context.access.signIn;
	if (kind === 'openId') return { organisation: { host: organisationHost(context), form: form({ openIdSignIn: '1' }) } };
	return kind === 'personalLink' ? { signInForms: [{ app: appView(connection), form: form({ portalSignIn: connection.id }) }] } : {};
}

async function showPersonalLink(context: PortalContext, code: string): Promise<PortalResponse> {
	const link = await context.vault.links.peek(sha256(code));
	if (link?.purpose === 'portal') return showPortalLink(context, code, link);
	const connection = link?.connectionId === undefined ? undefined : await ownConnection(context, link.connectionId);
	if (link === undefined || connection === undefined) {
		const requestId = context.request.query.get('request');
		// Used or expired: the plain page of its request offers a new one.
		if (requestId !== null && (await context.vault.requests.find(requestId))?.state === 'open') return seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(requestId)}`);
		throw new ConnectedAppsError('linkInvalid', 'This personal link was used already or has expired', { advice: 'If a flow still waits for you, start it again: it asks anew' });
	}
	if (link.purpose === 'request') {
		const { request } = await ownRequest(context, link.requestId ?? '');
		if (request.state !== 'open') return overPage(context, connection, request);
		return await confirmPage(context, connection, link.userKey, { link: code }, request);
	}
	return await confirmPage(context, connection, link.userKey, { link: code });
}

async function confirmPage(context: PortalContext, connection: Connection, userKey: UserKey, hidden: Record<string, string>, request?: StoredSignInRequest): Promise<PortalResponse> {
	const { registration } = connection;
	const flowName = request?.workflowName;
	const own = request?.terms.exactScopes === true ? signInScopes(connection) : registration.scopes;
	const token = context.browser.formToken();
	// A flow that wants to hear of it goes on without the sign-in; others wait until the person changes their mind.
	const cancelForm = request?.terms.endsOnFailure === true ? { action: `${context.path}/connect`, hidden: { ...(hidden.link === undefined ? { cancel: request.id } : { cancelLink: hidden.link }), token } } : undefined;
	const refusal = await refusalOf(context, userKey);
	if (refusal !== undefined) return toErrorPage(refusal, context.errorContext({ goOnForm: cancelForm }));
	return htmlPage(
		confirmSignInPage({
			portalName: context.portalName,
			userKey,
			app: appView(connection),
			providerHost: new URL(registration.endpoints.authorizationUrl ?? registration.endpoints.tokenUrl).host,
			scopes: scopeViews(connection, [...new Set([...own, ...(request?.scopes ?? [])])]),
			flowName: flowName || undefined,
			purpose: userKey === SERVICE_ACCOUNT ? 'serviceAccount' : flowName === undefined ? 'portal' : 'flow',
			form: { action: `${context.path}/connect`, hidden: { ...hidden, token } },
			cancelForm,
		}),
		// The portal's own sign-in may come before the app's.
		{ formOrigins: [...formOriginsOf([connection]), ...(await openIdOrigins(context))] },
	);
}

async function showTold(context: PortalContext, told: Told): Promise<PortalResponse> {
	const { portalName } = context;
	if (told.kind === 'linkSent') return htmlPage(linkSentPage({ portalName }));
	const retryHref = 'requestId' in told && told.requestId !== undefined ? `${context.path}/sign-in?request=${encodeURIComponent(told.requestId)}` : undefined;
	if (told.kind === 'error') {
		if (told.browser !== undefined && !context.browser.isMarkedBy(told.browser)) throw new ConnectedAppsError('wrongBrowser', 'What went wrong was told in another browser', { advice: 'Start again here' });
		const again = told.otherPortalAccount === true && context.access.signIn.kind === 'openId';
		const retryForm = again ? { action: `${context.path}/connect`, hidden: { openIdSignIn: 'again', ...(told.requestId !== undefined && { then: told.requestId }), token: context.browser.formToken() } } : undefined;
		return toldErrorPage(told, context.errorContext({ retryHref: again ? undefined : retryHref, retryForm }), await openIdOrigins(context));
	}
	if (!('connectionId' in told)) return seeOther(context.portalUrl);
	const connection = await (told.kind === 'otherAccount' ? portalConnection : ownConnection)(context, told.connectionId);
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	const app = appView(connection);
	if (told.kind === 'otherAccount') {
		const form = { action: `${context.path}/connect`, hidden: { confirmAccount: context.request.query.get('told') ?? '', token: context.browser.formToken() } };
		return htmlPage(otherAccountPage({ portalName, app, account: told.name, previous: told.previousName, form, keepHref: retryHref ?? context.path }), { status: 403, formOrigins: [...formOriginsOf([connection]), ...(await openIdOrigins(context))] });
	}
	if (told.kind === 'declined') return htmlPage(declinedPage({ portalName, app, retryHref: retryHref ?? context.path, portalHref: retryHref && context.portalUrl, purpose: told.requestId === undefined ? 'portal' : 'flow' }), { status: 403 });
	if (told.kind === 'serviceAccountDone') return htmlPage(donePage({ portalName, app, account: told.account, purpose: 'serviceAccount' }));
	return seeOther(context.portalUrl);
}
