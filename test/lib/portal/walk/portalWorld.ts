// A portal in front of a fresh vault (on SQLite, unless told otherwise) and the sandbox; a flow that is resumed is played by `resumed`.
import { handOverUrl, openSignInRequest, personalLinkFor, usersHashOf, type Connection } from '../../../../lib/connections';
import { personalLinkAccess, type FlowAnswerRelay, type PortalParts } from '../../../../lib/portal';
import { SERVICE_ACCOUNT, type UserKey } from '../../../../lib/types';
import type { StoredSignInRequest } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import { alice, otherOwner, OTHER_PORTAL_URL, owner, plainFetch, PORTAL_URL, useWorld, type World } from '../../connections/support/world';
import type { MakePlace } from '../../vault/contract/setup';
import { sqlitePlace } from '../../vault/places/sqlite';
import { PortalBrowser, type Page } from './portalBrowser';

export const RESUME_URL = 'http://127.0.0.1:9/webhook-waiting/77?signature=canary-of-the-resume-url';

export interface PortalWorld extends World {
	parts(changes?: Partial<PortalParts>): PortalParts;
	/** @param headers what a proxy adds */
	browser(changes?: Partial<PortalParts>, headers?: Record<string, string>): PortalBrowser;
	/** The portal of another trigger, over the same vault. */
	rogue(): PortalBrowser;
	request(connection: Connection, changes?: { user?: UserKey; executionId?: string; nodeName?: string; answer?: 'responseNode' | 'lastNode' | 'none'; expiresInMs?: number }): Promise<StoredSignInRequest>;
	handOver(connection: Connection, request: StoredSignInRequest): Promise<string>;
	personalLink(connection: Connection, request?: StoredSignInRequest): Promise<string>;
	/** From the confirmation page over the provider to wherever the portal sends the browser. */
	walk(browser: PortalBrowser, confirm: Page, person: string, decision?: 'allow' | 'deny'): Promise<Page>;
	/** The callback's address, as the provider sends the browser there. */
	atProvider(browser: PortalBrowser, confirm: Page, person: string, decision?: 'allow' | 'deny'): Promise<URL>;
	readonly resumed: StoredSignInRequest[];
	readonly errors: string[];
	/** What the next resume answers; an Error is thrown. */
	answerWith(answer: FlowAnswerRelay | 'late' | 'gone' | Error | (() => Promise<FlowAnswerRelay | 'late' | 'gone'>)): void;
	exchanges(): Promise<number>;
}

export function usePortal(makePlace: MakePlace = sqlitePlace): PortalWorld {
	const world = useWorld(makePlace);
	const resumed: StoredSignInRequest[] = [];
	const errors: string[] = [];
	let answer: FlowAnswerRelay | 'late' | 'gone' | Error | (() => Promise<FlowAnswerRelay | 'late' | 'gone'>);
	beforeEach(() => {
		resumed.length = 0;
		errors.length = 0;
		answer = { status: 200, headers: { 'content-type': 'application/json', 'set-cookie': 'evil=1', 'x-internal': 'no' }, body: Buffer.from('{"rows":3}') };
	});
	const parts = (changes: Partial<PortalParts> = {}): PortalParts => ({
		vault: world.vault,
		fetch: plainFetch,
		portalUrl: PORTAL_URL,
		portalName: 'Apps of Example Ltd',
		owner,
		access: personalLinkAccess(changes.owner ?? owner),
		processId: 'process-1',
		async resume(request) {
			resumed.push(request);
			if (answer instanceof Error) throw answer;
			return typeof answer === 'function' ? await answer() : answer;
		},
		logError: (message, error) => void errors.push(`${message}: ${String(error)}`),
		...changes,
	});
	const own: Omit<PortalWorld, keyof World> = {
		parts,
		browser: (changes, headers) => new PortalBrowser(() => parts(changes), headers),
		rogue: () => new PortalBrowser(() => parts({ owner: otherOwner, portalUrl: OTHER_PORTAL_URL })),
		async request(connection, { user = alice, executionId = '77', nodeName = 'Salesforce', answer: mode = 'responseNode', expiresInMs = 0 } = {}) {
			return await openSignInRequest(world.vault, connection, { run: { executionId, nodeName, runIndex: 0 }, userKey: user, workflowId: 'flow-1', workflowName: 'Quarterly report', answer: mode, usersHash: usersHashOf([user]), resumeUrl: RESUME_URL, expiresInMs });
		},
		handOver: async (connection, request) => await handOverUrl(world.vault, connection, request.id),
		personalLink: async (connection, request) =>
			await personalLinkFor(world.vault, connection, request === undefined ? { purpose: 'serviceAccount', userKey: SERVICE_ACCOUNT, ownerKey: 'workflow-1:node-1' } : { purpose: 'request', userKey: request.userKey, requestId: request.id, ownerKey: 'workflow-1:node-1' }),
		async atProvider(browser, confirm, person, decision) {
			const [form] = confirm.forms;
			if (form === undefined) throw new Error(`nothing to confirm on "${confirm.title}"`);
			const redirect = await browser.open(new URL(form.action, confirm.url), { form: form.hidden });
			if (!redirect.headers.location?.includes('/authorize')) throw new Error(`no way to the provider: ${redirect.status} ${redirect.title}`);
			return await new Browser().signIn(redirect.headers.location, world.user(person), decision);
		},
		async walk(browser, confirm, person, decision) {
			return await browser.visit(await own.atProvider(browser, confirm, person, decision));
		},
		resumed,
		errors,
		answerWith: (next) => {
			answer = next;
		},
		exchanges: async () => (await world.tokenCalls('authorization_code')).length,
	};
	return Object.assign(Object.create(world) as World, own);
}
