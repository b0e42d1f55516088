import { DAY_MS, SECOND_MS } from '../clock';
import { equalHashes, newSecret, TRANSACTION_MS, trustedUser } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { SessionIdentity, SessionMethod, UserKey } from '../types';
import { sha256, type PortalSession, type StoredSignInRequest, type Vault } from '../vault';
import { opensPortal, type PortalAccess } from './access';
import type { PortalCookie, PortalRequest } from './http';

/** A bound browser may come back to a flow that waits. */
const BINDING_MS = DAY_MS;

const SESSION_COOKIE = 'connected_apps_session';
const FORM_COOKIE = 'connected_apps_form';
/** Part of the secret, and so of the hash that is stored: nobody can add it afterwards. */
const CALLER_MARK = 'caller.';
const BINDING_PAGES = ['sign-in', 'connect', 'continue'];
const SESSION_PAGES = ['', 'sign-in', 'connect', 'disconnect', 'continue'];

/** How much a session's way of opening says of who somebody is. */
const SAYS: Readonly<Record<SessionMethod, number>> = { link: 0, account: 1, openId: 2, trustedHeader: 2 };

/**
 * Everything that one browser shows about itself, read from its cookies. Cookies get the paths of the pages that read them, so that
 * n8n's other webhooks do not receive them. A path is a prefix (RFC 6265 section 5.1.4): a webhook that a builder publishes below
 * the portal's own path still does, see SECURITY.md.
 */
export class Browser {
	private readonly setCookies: PortalCookie[] = [];

	/** Asked for once per request. */
	private seen: Promise<PortalSession | undefined> | undefined;

	/** One for all forms of a page. */
	private formSecret: string | undefined;

	constructor(
		private readonly vault: Vault,
		private readonly request: PortalRequest,
		private readonly portalPath: string,
		private readonly access: PortalAccess,
	) {}

	/** What the answer must set. */
	get cookies(): PortalCookie[] {
		return this.setCookies;
	}

	private pathOf(page: string): string {
		if (page.startsWith('/')) return page;
		return page === '' ? this.portalPath : `${this.portalPath}/${page}`;
	}

	private set(name: string, value: string, pages: string[], maxAgeMs: number): void {
		for (const page of pages) this.setCookies.push({ name, value, path: this.pathOf(page), maxAgeSeconds: Math.floor(maxAgeMs / SECOND_MS) });
	}

	// -- binding of a sign-in request to this browser

	private static bindingName(requestId: string): string {
		return `connected_apps_request_${sha256(requestId).slice(0, 16)}`;
	}

	/** True if the request was handed over to exactly this browser. */
	isBoundTo(request: Pick<StoredSignInRequest, 'id' | 'browserHash'>): boolean {
		const secret = this.request.cookies[Browser.bindingName(request.id)];
		return secret !== undefined && equalHashes(sha256(secret), request.browserHash);
	}

	bindingHash(requestId: string): string | undefined {
		const secret = this.request.cookies[Browser.bindingName(requestId)];
		return secret === undefined ? undefined : sha256(secret);
	}

	/** It is the very browser that the flow's trigger sent here: the flow's answer is owed to it, whoever it turns out to be. */
	isCallerOf(request: Pick<StoredSignInRequest, 'id' | 'browserHash'>): boolean {
		return this.isBoundTo(request) && this.request.cookies[Browser.bindingName(request.id)]?.startsWith(CALLER_MARK) === true;
	}

	/** Makes the secret of a new binding; the caller stores its hash. @param isCaller the flow's trigger handed the request over to it */
	newBinding(requestId: string, callbackPage: string, isCaller = false): string {
		const secret = `${isCaller ? CALLER_MARK : ''}${newSecret()}`;
		this.set(Browser.bindingName(requestId), secret, [...BINDING_PAGES, callbackPage], BINDING_MS);
		return sha256(secret);
	}

	// -- an authorization transaction that belongs to no request

	static transactionName(stateHash: string): string {
		return `connected_apps_sign_in_${stateHash.slice(0, 16)}`;
	}

	newTransactionSecret(): string {
		return newSecret();
	}

	/** @param callbackPath whole: another trigger of the same portal may offer the connection */
	keepTransaction(stateHash: string, secret: string, callbackPath: string): void {
		this.set(Browser.transactionName(stateHash), secret, [callbackPath], TRANSACTION_MS);
	}

	transactionHash(stateHash: string): string | undefined {
		const secret = this.request.cookies[Browser.transactionName(stateHash)];
		return secret === undefined ? undefined : sha256(secret);
	}

	dropTransaction(stateHash: string, callbackPath: string): void {
		if (this.request.cookies[Browser.transactionName(stateHash)] !== undefined) this.set(Browser.transactionName(stateHash), '', [callbackPath], 0);
	}

	// -- portal session

	/** Names this browser's own session in a list; `undefined` without one. */
	get sessionHash(): string | undefined {
		const secret = this.request.cookies[SESSION_COOKIE];
		return secret === undefined ? undefined : sha256(secret);
	}

	/** Whoever this browser has shown to be, in whatever way; a proxy's word goes before a cookie. */
	async session(): Promise<SessionIdentity | undefined> {
		const { signIn } = this.access;
		const trusted = signIn.kind === 'trustedHeader' ? trustedUser(signIn.settings, (name) => this.request.header?.(name)) : undefined;
		if (trusted !== undefined) return { userKey: trusted, method: 'trustedHeader', claims: {} };
		const secret = this.request.cookies[SESSION_COOKIE];
		if (secret === undefined) return undefined;
		this.seen ??= this.vault.sessions.touch(sha256(secret), this.access.portal.id);
		return await this.seen;
	}

	async sessionUser(): Promise<UserKey | undefined> {
		return (await this.session())?.userKey;
	}

	/** The session that My connected apps opens for; none for whoever has only shown an account of an app where the portal has its own sign-in. */
	async portalSession(): Promise<SessionIdentity | undefined> {
		const session = await this.session();
		return session !== undefined && opensPortal(this.access, session) ? session : undefined;
	}

	/**
	 * @param startedAtMs when the sign-in at the portal's provider began
	 * @returns false if the provider has ended that meanwhile: nobody is signed in then
	 */
	async openSession(identity: SessionIdentity, startedAtMs?: number): Promise<boolean> {
		const before = await this.session();
		// What says less of the same person than what they have shown before takes nothing away.
		if (before?.userKey === identity.userKey && SAYS[identity.method] < SAYS[before.method]) return true;
		await this.endSession();
		const secret = newSecret();
		const isOpen = await this.vault.sessions.create(sha256(secret), this.access.portal.id, identity, this.access.session, startedAtMs);
		if (isOpen) this.set(SESSION_COOKIE, secret, SESSION_PAGES, this.access.session.absoluteMs);
		else this.set(SESSION_COOKIE, '', SESSION_PAGES, 0);
		return isOpen;
	}

	/** @returns the session that has ended, if there was one */
	async closeSession(): Promise<PortalSession | undefined> {
		const ended = await this.endSession();
		this.set(SESSION_COOKIE, '', SESSION_PAGES, 0);
		return ended;
	}

	private async endSession(): Promise<PortalSession | undefined> {
		const secret = this.request.cookies[SESSION_COOKIE];
		if (secret === undefined) return undefined;
		const session = await this.vault.sessions.touch(sha256(secret), this.access.portal.id);
		await this.vault.sessions.delete(sha256(secret), this.access.portal.id);
		this.seen = undefined;
		return session;
	}

	// -- forms (S17)

	/** Token for the forms of a page. */
	formToken(): string {
		this.formSecret ??= this.request.cookies[FORM_COOKIE];
		if (this.formSecret === undefined) {
			this.formSecret = newSecret();
			this.set(FORM_COOKIE, this.formSecret, SESSION_PAGES, this.access.session.absoluteMs);
		}
		return this.vault.proofOf(`form ${this.formSecret}`);
	}

	/** Names this browser in what only it is told; nobody can tell the form token by it. */
	get mark(): string {
		return sha256(`mark ${this.formToken()}`);
	}

	/** True if what was told names exactly this browser. */
	isMarkedBy(mark: string): boolean {
		return this.request.cookies[FORM_COOKIE] !== undefined && equalHashes(mark, this.mark);
	}

	/** @throws ConnectedAppsError `forbidden` unless a page of ours in this browser made the form */
	assertOwnForm(portalOrigin: string): void {
		const secret = this.request.cookies[FORM_COOKIE];
		const token = this.request.form.get('token') ?? '';
		const foreignOrigin = this.request.origin !== undefined && this.request.origin !== 'null' && this.request.origin !== portalOrigin;
		if (foreignOrigin || secret === undefined || !this.vault.verifyProof(`form ${secret}`, token)) {
			throw new ConnectedAppsError('forbidden', 'This form did not come from a page of ours in this browser', { advice: 'Open the page again and repeat it there; cookies must be allowed' });
		}
	}
}
