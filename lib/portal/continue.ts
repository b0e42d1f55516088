import { MINUTE_MS, SECOND_MS } from '../clock';
import { handOverUrl, type Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { StoredSignInRequest } from '../vault';
import { htmlPage, seeOther, type PortalResponse } from './http';
import { isWatched, keepLive, liveView } from './live';
import { overPage } from './over';
import { donePage } from './pages';
import { addressOf, appView, ownRequest, toConnectionOf, type FlowAnswerRelay, type PortalContext } from './portal';
import { progressOf } from './progress';

/** How long the claim holds before the sweeper may try; the node that runs again ends it much earlier. */
const CLAIM_MS = 2 * MINUTE_MS;

/** n8n's own sandbox for HTML that a flow answers with: it must not act as a page of this origin. */
const FLOW_ANSWER_CSP =
	'sandbox allow-downloads allow-forms allow-modals allow-orientation-lock allow-pointer-lock allow-popups allow-popups-to-escape-sandbox allow-presentation allow-scripts allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols';

/** Of the connection, of n8n's own encoding, or ours to say; a flow's cookies must not be set on this page's path. */
const NOT_RELAYED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length', 'date', 'etag', 'vary', 'set-cookie', 'set-cookie2', 'content-security-policy', 'x-powered-by', 'access-control-allow-origin']);

/** `GET continue`: the server resumes the execution and relays its answer, so the resume URL never leaves it (S36). */
export async function goOn(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser } = context;
	const { request, connection } = await ownRequest(context, context.request.query.get('request') ?? '');
	const toSignIn = () => seeOther(`${addressOf(context, 'sign-in')}?request=${encodeURIComponent(request.id)}`);
	if (!browser.isBoundTo(request) || request.state === 'open') return toSignIn();
	const isPerson = (await browser.sessionUser()) === request.userKey;
	// The answer is for the person, not for whoever holds a link of theirs: bound, and signed in as them (S6). Where nobody signed in,
	// it is for the browser that called the flow, which would have got it without this package too.
	const mayRead = isPerson || (request.failureCode !== undefined && browser.isCallerOf(request));
	if (!mayRead && request.failureCode === undefined) return toSignIn();
	if (request.timedOut) throw new ConnectedAppsError('signInTimedOut', 'The flow has waited as long as it may', { advice: 'Start it again' });
	const over = () => overPage(context, connection, request);
	const done = async () => (request.failureCode === undefined ? await showDone(context, connection, request) : over());
	const watched = isWatched(context.request.query);
	if (request.state !== 'completed' && !watched) return over();

	const claimed = request.state === 'completed' ? await vault.requests.claim(request, context.processId, CLAIM_MS) : undefined;
	if (claimed === undefined) {
		const further = mayRead ? await nextSignIn(context, request) : undefined;
		if (further !== undefined) return seeOther(further);
		const others = (await vault.requests.listForNode(request)).some((other) => other.state === 'open');
		return others || watched ? await done() : over();
	}
	let answer: FlowAnswerRelay | 'late' | 'gone';
	try {
		answer = await context.resume(request);
	} catch (error) {
		// The sweeper tries again; the person has done their part.
		context.logError('an execution could not be resumed at once', error);
		await vault.requests.releaseClaim(request, context.processId, 5 * SECOND_MS);
		return await done();
	}
	if (answer === 'gone') {
		await vault.requests.close(request);
		throw new ConnectedAppsError('signInTimedOut', 'The flow was stopped or has ended meanwhile', { advice: request.failureCode === undefined ? 'You are signed in now: start it again' : 'Start it again' });
	}
	// Who is handed over counts as the flow's own caller from then on: nobody who may not read its answer.
	const next = mayRead ? await nextSignIn(context, request) : undefined;
	if (next !== undefined) return seeOther(next);
	if (answer === 'late' || request.answer === 'none' || !mayRead) return await done();
	return relay(answer);
}

/** Signed in, and what became of the flows that waited for it: live, until the last of them has gone on. */
async function showDone(context: PortalContext, connection: Connection, request: StoredSignInRequest): Promise<PortalResponse> {
	const flows = await progressOf(context.vault, request);
	const live = flows.some(({ state }) => state === 'goesOn') ? liveView(context.request.query, `${context.path}/continue?request=${encodeURIComponent(request.id)}`) : {};
	return keepLive(htmlPage(donePage({ portalName: context.portalName, app: appView(connection), flows, live, portalHref: context.portalUrl })), live);
}

/** Several apps chain in one walk: the flow may wait for more than one, and the resumed flow again, for another app of the same person. */
async function nextSignIn(context: PortalContext, done: StoredSignInRequest): Promise<string | undefined> {
	const open = (await context.vault.requests.listForExecution(done.executionId)).filter((candidate) => candidate.state === 'open' && candidate.id !== done.id);
	const next = open.at(-1);
	// Never to what somebody else has to do (S38).
	if (next === undefined || open.some(({ userKey }) => userKey !== done.userKey)) return undefined;
	const connection: Connection | undefined = await toConnectionOf(context, next);
	return connection === undefined ? undefined : await handOverUrl(context.vault, connection, next.id);
}

function relay(answer: FlowAnswerRelay): PortalResponse {
	const headers: Record<string, string> = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'content-security-policy': FLOW_ANSWER_CSP };
	for (const [name, value] of Object.entries(answer.headers)) if (!NOT_RELAYED.has(name.toLowerCase()) && !(name.toLowerCase() in headers)) headers[name.toLowerCase()] = value;
	return { status: answer.status, headers, cookies: [], body: answer.body };
}
