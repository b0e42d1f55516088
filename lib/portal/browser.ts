import { DAY_MS, HOUR_MS, SECOND_MS } from '../clock';
import { equalHashes, newSecret, TRANSACTION_MS, ownerKeyOf } from '../connections';
import { ConnectedAppsError } from '../errors';
import type { OwnerTrigger, UserKey } from '../types';
import { sha256, type StoredSignInRequest, type Vault } from '../vault';
import type { PortalCookie, PortalRequest } from './http';

export const SESSION_IDLE_MS = HOUR_MS;
export const SESSION_ABSOLUTE_MS = 12 * HOUR_MS;
/** A bound browser may come back to a flow that waits. */
const BINDING_MS = DAY_MS;

const SESSION_COOKIE = 'connected_apps_session';
const FORM_COOKIE = 'connected_apps_form';
/** Part of the secret, and so of the hash that is stored: nobody can add it afterwards. */
const CALLER_MARK = 'caller.';
const BINDING_PAGES = ['sign-in', 'connect', 'continue'];
const SESSION_PAGES = ['', 'sign-in', 'connect', 'disconnect', 'continue'];

/**
 * Everything that one browser shows about itself, read from its cookies. Cookies get the paths of the pages that read them, so that
 * n8n's other webhooks do not receive them. A path is a prefix (RFC 6265 section 5.1.4): a webhook that a builder publishes below
 * the portal's own path still does, see SECURITY.md.
 */
export class Browser {
	private readonly setCookies: PortalCookie[] = [];

	/** One for all forms of a page. */
	private formSecret: string | undefined;

	constructor(
		private readonly vault: Vault,
		private readonly request: PortalRequest,
		private readonly portalPath: string,
		private readonly owner: OwnerTrigger,
	) {}

	/** What the answer must set. */
	get cookies(): PortalCookie[] {
		return this.setCookies;
	}

	private pathOf(page: string): string {
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

	keepTransaction(stateHash: string, secret: string, callbackPage: string): void {
		this.set(Browser.transactionName(stateHash), secret, [callbackPage], TRANSACTION_MS);
	}

	transactionHash(stateHash: string): string | undefined {
		const secret = this.request.cookies[Browser.transactionName(stateHash)];
		return secret === undefined ? undefined : sha256(secret);
	}

	dropTransaction(stateHash: string, callbackPage: string): void {
		if (this.request.cookies[Browser.transactionName(stateHash)] !== undefined) this.set(Browser.transactionName(stateHash), '', [callbackPage], 0);
	}

	// -- portal session

	async sessionUser(): Promise<UserKey | undefined> {
		const secret = this.request.cookies[SESSION_COOKIE];
		if (secret === undefined) return undefined;
		return (await this.vault.sessions.touch(sha256(secret), ownerKeyOf(this.owner)))?.userKey;
	}

	async openSession(userKey: UserKey): Promise<void> {
		const old = this.request.cookies[SESSION_COOKIE];
		if (old !== undefined) await this.vault.sessions.delete(sha256(old));
		const secret = newSecret();
		await this.vault.sessions.create(sha256(secret), ownerKeyOf(this.owner), userKey, { idleMs: SESSION_IDLE_MS, absoluteMs: SESSION_ABSOLUTE_MS });
		this.set(SESSION_COOKIE, secret, SESSION_PAGES, SESSION_ABSOLUTE_MS);
	}

	async closeSession(): Promise<void> {
		const secret = this.request.cookies[SESSION_COOKIE];
		if (secret !== undefined) await this.vault.sessions.delete(sha256(secret));
		this.set(SESSION_COOKIE, '', SESSION_PAGES, 0);
	}

	// -- forms (S17)

	/** Token for the forms of a page. */
	formToken(): string {
		this.formSecret ??= this.request.cookies[FORM_COOKIE];
		if (this.formSecret === undefined) {
			this.formSecret = newSecret();
			this.set(FORM_COOKIE, this.formSecret, SESSION_PAGES, SESSION_ABSOLUTE_MS);
		}
		return this.vault.proofOf(`form ${this.formSecret}`);
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
