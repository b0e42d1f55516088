import { createHash } from 'node:crypto';

import * as pages from '../../../../lib/portal/pages';
import type { AppView, FormView, Status } from '../../../../lib/portal/pages';
import * as admin from '../../../../lib/portal/pages/admin';
import { visible } from '../../../../lib/portal/pages/parts';
import { dark, light } from '../../../../lib/portal/pages/styles';
import { say, texts } from '../../../../lib/portal/texts';
import { samples } from './samples';

const HOSTILE = [
	'<script>alert(1)</script>',
	'</title><script>alert(1)</script>',
	'</style><img src=x onerror=alert(1)>',
	'"><svg onload=alert(1)>',
	"' onmouseover='alert(1)",
	'" autofocus onfocus="alert(1)',
	'javascript:alert(1)',
	'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
	'<!--', ']]>', '&lt;script&gt;', '{{7*7}}', '${7*7}', '`', '\\',
	'alice\u202Egpj.exe', 'a\u200Blice@acme.example', 'a\u2066b\u2069', 'a\0b', 'lone \uD800', '',
	'x'.repeat(5000),
];

const STATUSES = Object.keys(texts.status) as Status[];

/** Every page with `text` in every field that holds words, and `address` in every field that holds an address. */
function everyPage(text: string, address = '/p'): Record<string, string> {
	const form: FormView = { action: address, hidden: { token: text, [`n${text}`]: text } };
	const app: AppView = { name: text, description: text };
	const withIcon: AppView = { ...app, iconSvg: `<svg>${text}</svg>` };
	const portalName = text;
	const some = text || 'x';
	const all = { app, account: some, connectedSince: some, lastUsed: some, lastUsedBy: some, validUntil: some, scopes: [{ scope: text, meaning: some }, { scope: text }], waitingFlows: 2, waitsForUser: true, waitingNames: [some], usedBy: [some, `${some}2`], connectForm: form };
	const tabs = { apps: address, activity: address, administration: address };
	const frame: admin.AdminFrame = { portalName, userKey: text, tabs, signOutForm: form, sections: { connections: address, people: address, usage: address, sessions: address, activity: address }, notice: { tone: 'good', text: some } };
	const adminConnection: admin.AdminConnectionView = { app: { name: some, description: some }, connectionName: text, href: address, state: 'deleted', users: 1, needSignIn: 1, failing: 1, waiting: 1 };
	const usage: admin.UsageRow[] = [{ workflow: some, workflowId: text, app: text, users: 1, uses: 1, lastUsed: text }];
	const filled = { ...app, name: some, description: some };
	return {
		confirmSignIn: pages.confirmSignInPage({ portalName, userKey: text, app: filled, providerHost: text, scopes: [{ scope: text, meaning: some }], flowName: some, form, cancelHref: address, notice: some }),
		unknownBrowser: pages.unknownBrowserPage({ portalName, app: withIcon, sendLinkForm: form, signInForms: [{ app, form }, { app: withIcon, form }] }),
		linkSent: pages.linkSentPage({ portalName }),
		...Object.fromEntries((['goesOn', 'wentOn', 'waits', 'stopped'] as const).map((state) => [`done ${state}`, pages.donePage({ portalName, app, account: some, flows: [{ name: some, runs: 1, state }], live: { nextHref: address, stopHref: address }, portalHref: address })])),
		doneFlows: pages.donePage({ portalName, app, flows: [{ name: some, runs: 3, state: 'goesOn' }, { name: some, runs: 1, state: 'wentOn' }], live: { againHref: address } }),
		alreadyDone: pages.alreadyDonePage({ portalName, app: { name: some }, portalHref: address }),
		declined: pages.declinedPage({ portalName, app, retryForm: form, portalHref: address }),
		declinedLink: pages.declinedPage({ portalName, app, retryHref: address }),
		connectedApps: pages.connectedAppsPage({
			portalName, userKey: text, signOutForm: form, tabs, disconnectAllHref: address,
			connections: STATUSES.flatMap((status) => [{ ...all, app: filled, status, disconnectHref: address }, { ...all, app: { ...filled, iconSvg: text || 'x' }, status, disconnectHref: address }]),
			receipt: { kind: 'disconnected', app: text, revoked: 'notSupported', providerPage: address },
		}),
		connectedAppsAll: pages.connectedAppsPage({ portalName, userKey: text, tabs, connections: [], receipt: { kind: 'allDisconnected', count: 2, queued: [text], notSupported: [text] } }),
		connectedAppsFlows: pages.connectedAppsPage({ portalName, userKey: text, tabs, connections: [], flows: [{ name: some, description: some, runForm: form }, { name: text }] }),
		runFlow: pages.runFlowPage({ portalName, userKey: text, flow: { name: text, description: some }, host: text, form, cancelHref: address }),
		runTooLate: pages.runTooLatePage({ portalName, flow: text, form, cancelHref: address }),
		confirmDisconnect: pages.confirmDisconnectPage({ portalName, apps: [{ app: filled, revokes: false }], everything: false, account: some, flows: [some], form, cancelHref: address }),
		confirmDisconnectAll: pages.confirmDisconnectPage({ portalName, apps: [{ app: filled, revokes: true }, { app, revokes: true }], everything: true, flows: [some], form, cancelHref: address }),
		activity: pages.activityPage({
			portalName, userKey: text, tabs, signOutForm: form, exportHref: address, endOthersForm: form, ended: 2,
			activity: [{ type: 'connected', at: text, app: some, detail: some, flow: some, byAdministrator: true, userKey: some, actor: some }],
			sessions: [{ userKey: text, method: 'link', since: text, lastSeen: text, own: true, endForm: form }],
		}),
		adminConnections: admin.adminConnectionsPage({ frame, csvHref: address, connections: [adminConnection], rekey: { left: 1, unreadable: 1 } }),
		adminConnection: admin.adminConnectionPage({
			frame, connection: adminConnection, asRegistered: { name: text, description: some }, shown: { name: text, description: text }, owner: { workflow: text, node: text }, host: text, clientId: text, redirectUri: text, lifetimes: some, scopes: [{ scope: text, meaning: some }],
			serviceAccount: some, deleted: { at: text, by: text }, usage, peopleHref: address, testForm: form, renameForm: form, serviceAccountForm: form, reauthorizeHref: address, deleteHref: address, allowAgainForm: form,
		}),
		adminPeople: admin.adminPeoplePage({ frame, people: [{ userKey: text, isServiceAccount: false, href: address, active: 1, lastUsed: text }], search: text, app: some, findForm: form, nextHref: address, firstHref: address, csvHref: address }),
		adminPerson: admin.adminPersonPage({ frame, userKey: text, isServiceAccount: false, apps: [{ app: filled, status: 'connected', account: some, since: some, lastUsed: some, lastUsedBy: some, validUntil: some, failure: some, waiting: 1, disconnectHref: address }], sessions: [{ userKey: text, method: 'link', since: text, lastSeen: text, own: false, endForm: form }], activity: [], leaverHref: address }),
		adminUsage: admin.adminUsagePage({ frame, usage, csvHref: address }),
		adminConfirm: admin.adminConfirmPage({ portalName, title: say`Delete ${text}?`, app: filled, lead: 'x', facts: [['a', some], ['b', [some]]], submit: 'x', form, cancelHref: address }),
		portalSignIn: pages.portalSignInPage({ portalName, apps: [{ app, form }], notice: some }),
		error: pages.errorPage({ portalName, title: text, message: text, advice: some, code: some, retryForm: form, portalHref: address }),
		errorLink: pages.errorPage({ portalName, title: text, message: text, retryHref: address }),
	};
}

const TAG = /<(\/?[a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<]*")?)*) ?\/?>/gi;

/** Names of tags and attributes in their order: what a browser builds, without the words. */
function skeleton(html: string): string[] {
	const body = html.replace(/<style>[^<]*<\/style>/, '').replace(/^<!doctype html>/, '');
	expect(body.replace(TAG, '')).not.toContain('<');
	return [...body.matchAll(TAG)].map(([, tag, attributes = '']) => [tag, ...[...attributes.matchAll(/ ([a-z-]+)/gi)].length ? [...attributes.replace(/="[^"]*"/g, '').trim().split(' ')] : []].join(' '));
}

const unescape = (html: string): string => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
const attribute = (html: string, name: string): string[] => [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => unescape(value));

describe('foreign strings', () => {
	it.each(HOSTILE.map((text) => [text.slice(0, 60), text]))('stay words, and never become markup: %j', (_, text) => {
		const honest = everyPage('honest');
		for (const [name, html] of Object.entries(everyPage(text))) {
			expect({ name, tags: skeleton(html) }).toEqual({ name, tags: skeleton(honest[name] ?? '') });
		}
	});

	it('never become an address that a browser would run or that leaves by a trick', () => {
		for (const address of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:x', '//evil.example', '/\\evil.example', '/\t/evil.example', 'http://evil.example', 'https://acme.example@evil.example/', 'file:///etc/passwd', 'https:evil.example', 'relative', '']) {
			for (const html of Object.values(everyPage('x', address))) {
				expect(attribute(html, 'action')).toEqual([]);
				expect(attribute(html, 'href').filter((href) => !href.startsWith('data:image/svg+xml;base64,'))).toEqual([]);
			}
		}
	});

	it('keep good addresses and hidden values exactly as they came', () => {
		for (const address of ['/webhook/a?b=c&d="e"', 'https://login.example/x?y=1#z', 'http://localhost:5678/a', 'http://127.0.0.1:1/a', 'http://[::1]/']) {
			expect(pages.safeHref(address)).toBe(address);
		}
		const html = pages.declinedPage({ portalName: 'P', app: { name: 'a' }, retryForm: { action: '/a?b=c&d=e', hidden: { token: '<"&\'>\u200B' } } });
		expect(attribute(html, 'action')).toEqual(['/a?b=c&d=e']);
		expect(attribute(html, 'value')).toEqual(['<"&\'>\u200B']);
	});

	it('show characters that are invisible or turn the reading direction', () => {
		expect(visible('alice\u202Emoc@\u200Bx\u2067y\u200D\0')).toBe('alice\uFFFDmoc@\uFFFDx\uFFFDy\uFFFD\uFFFD');
		expect(visible('می\u200Cخواهم 👩\u200D💻')).toBe('می\u200Cخواهم 👩\u200D💻');
		for (const html of Object.values(everyPage('a\u202Eb'))) expect(html.replace(/ value="[^"]*"| name="[^"]*"/g, '')).not.toContain('\u202E');
	});
});

describe('every page', () => {
	const all = { ...everyPage('honest'), ...samples };

	it.each(Object.entries(all))('%s is one document with one heading, a title, a language and no script', (_, html) => {
		expect(html).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8"/);
		expect(html.match(/<h1[ >]/g)).toHaveLength(1);
		expect(html).toMatch(/<title>[^<]+ · [^<]+<\/title>/);
		expect(html.match(/<(header|main|footer)>/g)).toEqual(['<header>', '<main>', '<footer>']);
		expect(html).toContain('name="viewport"');
		expect(html).toContain('<meta name="robots" content="noindex"/>');
		expect(html).toContain('<meta name="referrer" content="no-referrer"/>');
		expect(html).not.toMatch(/<script|<iframe|<object| style=| on[a-z]+="/i);
		const ids = attribute(html, 'id');
		expect(new Set(ids).size).toBe(ids.length);
	});

	it.each(Object.entries(all))('%s acts by POST forms only', (_, html) => {
		for (const [form] of html.matchAll(/<form[^>]*>/g)) expect(form).toMatch(/^<form method="post" action="[^"]+"/);
		for (const [button] of html.matchAll(/<button[^>]*>/g)) expect(button).toContain('type="submit"');
	});

	it.each(Object.entries(all))('%s carries just the style that the policy names, and no third-party asset', (_, html) => {
		const [style, ...more] = [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, css = '']) => css);
		expect(more).toEqual([]);
		expect(pages.styleHash).toBe(`'sha256-${createHash('sha256').update(style ?? '').digest('base64')}'`);
		expect(style).not.toMatch(/url\(|@import/);
		for (const src of attribute(html, 'src')) expect(src).toMatch(/^data:image\/svg\+xml;base64,/);
	});
});

describe('contentSecurityPolicy', () => {
	it('allows the one style, forms to https, and no framing', () => {
		expect(pages.contentSecurityPolicy()).toBe(
			`default-src 'none'; style-src ${pages.styleHash}; img-src 'self' data:; form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'`,
		);
	});

	it('takes further form origins, and nothing that would end the directive', () => {
		expect(pages.contentSecurityPolicy(['http://127.0.0.1:9000/authorize?x=1'])).toContain("form-action 'self' https: http://127.0.0.1:9000;");
		expect(() => pages.contentSecurityPolicy(["x; script-src 'unsafe-inline'"])).toThrow('Invalid URL');
	});
});

describe('what the pages say', () => {
	it('names user, app, provider host, scopes and flow before the sign-in (S7)', () => {
		for (const part of ['alice.moreau@acme.example', 'Salesforce', 'acme.my.salesforce.com', 'Quarterly pipeline report', 'refresh_token', 'Read and change the records']) {
			expect(samples.confirmSignIn).toContain(part);
		}
	});

	it('says that the flow goes on, or for whom it waits', () => {
		const words = (html = ''): string => html.replace(/<style>[^]*?<\/style>|<[^>]+>/g, '');
		expect(words(samples.done)).toContain('You’re signed in to Salesforce as alice.moreau@acme.example.Your flow Quarterly pipeline report has gone on; you can close this tab.');
		expect(words(samples.doneGoesOn)).toContain('Your flow Quarterly pipeline report goes on by itself; you can close this tab.This page updates by itself for now. Stop updating');
		expect(words(samples.doneFlows)).toContain('Quarterly pipeline reportWent on');
		expect(words(samples.doneOthers)).toContain('as soon as everyone else');
		const portalOnly = { portalName: 'P', app: { name: 'Salesforce' }, purpose: 'portal' as const };
		expect(words(pages.donePage(portalOnly) + pages.declinedPage(portalOnly))).not.toMatch(/flow/i);
	});

	it('while flows wait, what they wait for is the only thing that stands out', () => {
		const looksOf = (html = '') => [...html.matchAll(/class="button (\w+)"><span>(Connect|Reconnect)\b/g)].map(([, look, label]) => `${label} ${look}`);
		expect(looksOf(samples.connectedApps)).toEqual(['Connect primary', 'Reconnect secondary', 'Reconnect secondary', 'Connect secondary']);
		expect(looksOf(samples.connectedAppsAll)).toEqual(['Connect primary']);
	});

	it('writes large numbers as people read them', () => {
		expect(samples.adminConnections).toContain('>1,284<');
		expect(samples.adminConnection).toContain('>1,284<');
		expect(samples.adminConnection).toContain('>4,210<');
	});

	it('offers only the ways that exist', () => {
		const bare = pages.unknownBrowserPage({ portalName: 'P', app: { name: 'A' } });
		expect(bare).not.toContain('<form');
		expect(bare).toContain(texts.unknownBrowser.sameBrowser);
	});
});

function luminance(colour: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
	const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high + 0.05) / (low + 0.05);
}

describe.each([['light', light], ['dark', dark]])('the %s colours', (_, c) => {
	it.each([
		['text', 'page'], ['text', 'card'], ['soft', 'page'], ['soft', 'card'], ['soft', 'neutralBack'], ['accent', 'card'], ['accent', 'page'],
		['onAccent', 'accent'], ['onAccent', 'accentHover'], ['onDanger', 'danger'], ['onDanger', 'dangerHover'],
		['good', 'goodBack'], ['warn', 'warnBack'], ['info', 'infoBack'], ['neutral', 'neutralBack'],
	] as const)('can be read: %s on %s', (front, back) => {
		expect(contrast(c[front], c[back])).toBeGreaterThanOrEqual(4.5);
	});
});
