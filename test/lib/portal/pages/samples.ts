// Sample pages for the tests and the gallery. Names of real apps appear here only: the pages know none.
import * as pages from '../../../../lib/portal/pages';
import * as admin from '../../../../lib/portal/pages/admin';
import type { AppView, ConnectionView, FormView } from '../../../../lib/portal/pages';
import { say } from '../../../../lib/portal/texts';

const portalName = 'Acme Connected Apps';
const userKey = 'alice.moreau@acme.example';
const account = 'alice.moreau@acme.example';
const portalHref = '/webhook/connected-apps';
const tabs = { apps: portalHref, activity: `${portalHref}/activity` };
const form: FormView = { action: '/webhook/connected-apps/connect', hidden: { token: 'k3Jd-0aP', request: 'r_81' } };

const cloud = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#00a1e0" d="M13.300 8.700a5.200 5.200 0 0 1 8.500 1.600 6 6 0 0 1 2.400-.5 5.900 5.900 0 0 1 0 11.800c-.4 0-.8 0-1.200-.1a4.400 4.400 0 0 1-5.700 1.800 5 5 0 0 1-9.200-.3A4.800 4.800 0 0 1 3 18.200a4.700 4.700 0 0 1 2.300-4 5.400 5.400 0 0 1 8-5.500"/></svg>';
const sheet = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="13" cy="11" r="8" fill="#036c70"/><circle cx="20" cy="17" r="7.500" fill="#1a9ba1"/><circle cx="14" cy="23" r="6" fill="#37c6d0"/></svg>';

export const salesforce: AppView = { name: 'Salesforce', description: 'Acme sales organisation', iconSvg: cloud };
const sharePoint: AppView = { name: 'SharePoint', description: 'Documents and lists of acme.sharepoint.example', iconSvg: sheet };
const docuSign: AppView = { name: 'DocuSign', description: 'Contracts and signatures' };
const scopes = [
	{ scope: 'api', meaning: 'Read and change the records that you may see' },
	{ scope: 'refresh_token', meaning: 'Stay connected while you’re away' },
	{ scope: 'id' },
];

const connections: ConnectionView[] = [
	{ app: salesforce, status: 'connected', account, connectedSince: '3 March 2026', lastUsed: 'Today, 09:14', lastUsedBy: 'Quarterly pipeline report', validUntil: '2 April 2026, and longer each time a flow uses it; 1 June 2026 at the latest', usedBy: ['Quarterly pipeline report', 'Update opportunities', 'Weekly forecast'], scopes, waitingFlows: 0, connectForm: form, disconnectHref: '/webhook/connected-apps/disconnect?connection=c1' },
	{ app: sharePoint, status: 'needsSignIn', account: 'alice@acme.example', connectedSince: '12 January 2026', lastUsed: 'Yesterday, 17:40', lastUsedBy: 'File signed contracts', waitingFlows: 2, waitsForUser: true, waitingNames: ['File signed contracts', 'Quarterly pipeline report'], connectForm: form, disconnectHref: '/webhook/connected-apps/disconnect?connection=c1' },
	{ app: docuSign, status: 'disconnected', waitingFlows: 0, connectForm: form },
];

const everyStatus = (['connected', 'expiringSoon', 'refreshPending', 'needsConsent', 'needsSignIn', 'misconfigured', 'providerUnavailable', 'expired', 'disconnected'] as const)
	.map((status, i): ConnectionView => ({
		app: { name: `App ${i + 1}` }, status, account: status === 'disconnected' ? undefined : account, waitingFlows: i % 3,
		connectForm: ['misconfigured', 'refreshPending'].includes(status) ? undefined : form, disconnectHref: status === 'disconnected' ? undefined : '/webhook/connected-apps/disconnect?connection=c1',
	}));

const long = 'a.very.long.person.name.that.does.not.want.to.end@research-and-development.subsidiary.acme.example';

const frame: admin.AdminFrame = { portalName, userKey, tabs: { ...tabs, administration: `${portalHref}/admin` }, signOutForm: form, sections: { connections: `${portalHref}/admin`, people: `${portalHref}/admin?show=people`, usage: `${portalHref}/admin?show=usage`, sessions: `${portalHref}/admin?show=sessions`, activity: `${portalHref}/admin?show=activity` } };
const adminConnections: admin.AdminConnectionView[] = [
	{ app: salesforce, connectionName: 'salesforce-production', href: portalHref, state: 'active', users: 1284, needSignIn: 12, failing: 0, waiting: 3 },
	{ app: sharePoint, connectionName: 'sharepoint', href: portalHref, state: 'active', users: 803, needSignIn: 4, failing: 21, waiting: 0 },
	{ app: docuSign, connectionName: 'docusign-demo', href: portalHref, state: 'deleted', users: 0, needSignIn: 0, failing: 0, waiting: 0 },
];
const usage: admin.UsageRow[] = [
	{ workflow: 'Quarterly pipeline report', workflowId: 'Xk2Lw9Qv', app: 'Salesforce', users: 128, uses: 4210, lastUsed: '3 Mar 2026, 09:14 UTC' },
	{ workflow: 'File signed contracts', workflowId: 'P0aZ7yTr', app: 'SharePoint', users: 64, uses: 980, lastUsed: '2 Mar 2026, 17:40 UTC' },
];
const adminConnection = { frame, owner: { workflow: 'Our apps', node: 'Connected Apps Trigger' }, host: 'acme.my.salesforce.com', clientId: '3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0', redirectUri: 'https://n8n.acme.example/webhook/connected-apps/salesforce/callback', lifetimes: '30 days without use', scopes, shown: { name: '', description: '' }, peopleHref: portalHref };

export const samples: Record<string, string> = {
	confirmSignIn: pages.confirmSignInPage({ portalName, userKey, app: salesforce, providerHost: 'acme.my.salesforce.com', scopes, flowName: 'Quarterly pipeline report', form, cancelHref: portalHref }),
	confirmSignInNotice: pages.confirmSignInPage({ portalName, userKey: long, app: { name: 'Salesforce' }, providerHost: 'login.salesforce.com', scopes: [], form, notice: 'The flow asks for one permission more than last time.' }),
	unknownBrowser: pages.unknownBrowserPage({ portalName, app: salesforce, sendLinkForm: form, signInForms: [{ app: sharePoint, form }, { app: docuSign, form }] }),
	confirmSignInService: pages.confirmSignInPage({ portalName, userKey: 'service:account', app: salesforce, providerHost: 'login.salesforce.com', scopes, form, purpose: 'serviceAccount' }),
	linkSent: pages.linkSentPage({ portalName }),
	done: pages.donePage({ portalName, app: salesforce, account, flows: [{ name: 'Quarterly pipeline report', runs: 1, state: 'wentOn' }], portalHref }),
	doneGoesOn: pages.donePage({ portalName, app: salesforce, account, flows: [{ name: 'Quarterly pipeline report', runs: 1, state: 'goesOn' }], live: { nextHref: `${portalHref}/continue?request=r_81&watched=1`, stopHref: `${portalHref}/continue?request=r_81&watched=stop` }, portalHref }),
	doneFlows: pages.donePage({ portalName, app: salesforce, flows: [{ name: 'Quarterly pipeline report', runs: 1, state: 'wentOn' }, { name: long, runs: 12, state: 'goesOn' }, { name: 'Contract review', runs: 1, state: 'waits' }, { runs: 2, state: 'stopped' }], live: { againHref: `${portalHref}/continue?request=r_81&watched=0` }, portalHref }),
	doneOthers: pages.donePage({ portalName, app: docuSign, flows: [{ runs: 1, state: 'waits' }] }),
	alreadyDone: pages.alreadyDonePage({ portalName, app: salesforce, portalHref }),
	declined: pages.declinedPage({ portalName, app: salesforce, retryForm: form, portalHref }),
	connectedApps: pages.connectedAppsPage({ portalName, userKey, tabs, connections, signOutForm: form, disconnectAllHref: '/webhook/connected-apps/disconnect?all=1' }),
	connectedAppsReceipt: pages.connectedAppsPage({ portalName, userKey: long, tabs, connections: everyStatus, signOutForm: form, receipt: { kind: 'disconnected', app: 'SharePoint', revoked: 'notSupported', providerPage: 'https://myapps.microsoft.com/' }, live: { nextHref: `${portalHref}?watched=1`, stopHref: `${portalHref}?watched=stop` } }),
	connectedAppsEmpty: pages.connectedAppsPage({ portalName, userKey, tabs, connections: [], receipt: { kind: 'connected', app: 'Salesforce' } }),
	connectedAppsAll: pages.connectedAppsPage({ portalName, userKey, tabs: { ...tabs, administration: '/webhook/connected-apps/admin' }, connections: connections.slice(2), signOutForm: form, receipt: { kind: 'allDisconnected', count: 3, queued: ['Salesforce'], notSupported: ['SharePoint'] } }),
	connectedAppsFlows: pages.connectedAppsPage({ portalName, userKey, tabs, connections: connections.slice(0, 1), flows: [{ name: 'My open opportunities', description: 'Everything you have open this quarter, as a table', runForm: form }, { name: 'Quarterly pipeline report', runForm: form }, { name: long, description: 'A flow whose name somebody has pasted from somewhere else, together with more words about it than anybody wants to read', runForm: form }], signOutForm: form }),
	connectedAppsFlowsWeak: pages.connectedAppsPage({ portalName, userKey, tabs, connections: connections.slice(1, 2), flows: [{ name: 'My open opportunities', description: 'Everything you have open this quarter, as a table' }, { name: 'Quarterly pipeline report' }], signOutForm: form }),
	runFlow: pages.runFlowPage({ portalName, userKey, flow: { name: 'My open opportunities', description: 'Everything you have open this quarter, as a table' }, host: 'n8n.acme.example', form, cancelHref: portalHref }),
	runTooLate: pages.runTooLatePage({ portalName, flow: 'My open opportunities', form, cancelHref: portalHref }),
	confirmDisconnect: pages.confirmDisconnectPage({ portalName, apps: [{ app: salesforce, revokes: true }], everything: false, account, flows: ['Quarterly pipeline report', 'Update opportunities'], form, cancelHref: portalHref }),
	confirmDisconnectAll: pages.confirmDisconnectPage({ portalName, apps: [{ app: salesforce, revokes: true }, { app: sharePoint, revokes: false }], everything: true, flows: ['Quarterly pipeline report', 'File signed contracts'], form, cancelHref: portalHref }),
	activity: pages.activityPage({
		portalName, userKey, tabs, signOutForm: form, exportHref: '/webhook/connected-apps/export', endOthersForm: form, ended: 1,
		activity: [
			{ type: 'connected', at: '3 Mar 2026, 09:14 UTC', app: 'Salesforce', detail: `As ${account}`, byAdministrator: false },
			{ type: 'resumeFailed', at: '2 Mar 2026, 17:40 UTC', app: 'SharePoint', flow: 'File signed contracts', detail: 'The execution is gone', byAdministrator: false },
			{ type: 'disconnected', at: '1 Mar 2026, 12:00 UTC', app: 'DocuSign', byAdministrator: true },
			{ type: 'portalSignedIn', at: '1 Mar 2026, 08:02 UTC', byAdministrator: false },
		],
		sessions: [
			{ userKey, method: 'openId', since: '3 Mar 2026, 09:00 UTC', lastSeen: '3 Mar 2026, 09:14 UTC', own: true },
			{ userKey, method: 'link', since: '2 Mar 2026, 08:00 UTC', lastSeen: '2 Mar 2026, 08:20 UTC', own: false, endForm: form },
		],
	}),
	activityEmpty: pages.activityPage({ portalName, userKey: long, tabs, activity: [], sessions: [], exportHref: '/webhook/connected-apps/export' }),
	adminConnections: admin.adminConnectionsPage({ frame, csvHref: portalHref, connections: adminConnections, rekey: { left: 120, unreadable: 2 } }),
	adminConnection: admin.adminConnectionPage({
		...adminConnection, connection: adminConnections[0]!, usage, testForm: form, renameForm: form, serviceAccountForm: form, serviceAccount: 'Not signed in',
		reauthorizeHref: portalHref, deleteHref: portalHref, asRegistered: { name: 'Salesforce (Production)', description: 'Org 00D' }, shown: { name: 'Salesforce', description: '' },
	}),
	adminConnectionDeleted: admin.adminConnectionPage({ ...adminConnection, connection: adminConnections[2]!, usage: [], deleted: { at: '3 Mar 2026, 09:14 UTC', by: userKey }, allowAgainForm: form }),
	adminPeople: admin.adminPeoplePage({ frame: { ...frame, notice: { tone: 'good', text: 'Ended for bob@acme.example: 2 apps, one session.' } }, search: '', findForm: form, nextHref: portalHref, csvHref: portalHref, people: [{ userKey, isServiceAccount: false, href: portalHref, active: 3, lastUsed: '3 Mar 2026, 09:14 UTC' }, { userKey: long, isServiceAccount: false, href: portalHref, active: 1, lastUsed: '2 Mar 2026, 09:14 UTC' }, { userKey: 'service:account', isServiceAccount: true, href: portalHref, active: 1, lastUsed: '1 Mar 2026, 09:14 UTC' }] }),
	adminPeopleNobody: admin.adminPeoplePage({ frame, search: 'carol', app: 'Salesforce', findForm: form, csvHref: portalHref, people: [] }),
	adminPerson: admin.adminPersonPage({
		frame, userKey, isServiceAccount: false, leaverHref: portalHref,
		apps: [{ app: salesforce, status: 'connected', account, since: '3 Mar 2026', lastUsed: '3 Mar 2026', lastUsedBy: 'Quarterly pipeline report', validUntil: '2 April 2026', waiting: 0, disconnectHref: portalHref }, { app: sharePoint, status: 'providerUnavailable', account, failure: 'The app does not answer', waiting: 2, disconnectHref: portalHref }],
		sessions: [{ userKey, method: 'openId', since: '3 Mar 2026, 09:00 UTC', lastSeen: '3 Mar 2026, 09:14 UTC', own: false, endForm: form }],
		activity: [{ type: 'administered', at: '3 Mar 2026, 09:14 UTC', detail: 'Everything ended: 2 apps, 1 sign-ins to the portal', byAdministrator: true, actor: 'admin@acme.example' }],
	}),
	adminUsage: admin.adminUsagePage({ frame, usage, csvHref: portalHref }),
	adminSessions: admin.adminSessionsPage({ frame, nextHref: portalHref, firstHref: portalHref, csvHref: portalHref, sessions: [{ userKey, method: 'openId', since: '3 Mar 2026, 09:00 UTC', lastSeen: '3 Mar 2026, 09:14 UTC', own: true }, { userKey: long, method: 'account', since: '3 Mar 2026, 09:00 UTC', lastSeen: '3 Mar 2026, 09:14 UTC', own: false, endForm: form }] }),
	adminActivity: admin.adminActivityPage({ frame, csvHref: portalHref, activity: [{ type: 'disconnected', at: '3 Mar 2026, 09:14 UTC', app: 'Salesforce', byAdministrator: true, userKey: 'bob@acme.example', actor: userKey }, { type: 'connected', at: '3 Mar 2026, 09:10 UTC', app: 'SharePoint', detail: `As ${account}`, byAdministrator: false, userKey }] }),
	adminConfirm: admin.adminConfirmPage({ portalName, title: say`Delete ${'Salesforce'}?`, app: salesforce, lead: 'Every sign-in of this connection ends at once, flows that wait for it fail, and nobody can connect it any more.', facts: [['Connected', '128'], ['Waiting flows', '3'], ['Used by', ['Quarterly pipeline report', 'Update opportunities']]], fine: 'A mark stays, so that publishing a workflow does not bring it back.', submit: 'Yes, delete it', form, cancelHref: portalHref }),
	portalSignIn: pages.portalSignInPage({ portalName, apps: [{ app: salesforce, form }, { app: sharePoint, form }, { app: docuSign, form }], notice: 'You’ve been signed out.' }),
	portalSignInOrganisation: pages.portalSignInPage({ portalName, apps: [], organisation: { host: 'login.acme.example', form } }),
	portalSignInProxy: pages.portalSignInPage({ portalName, apps: [], byProxy: true }),
	unknownBrowserOrganisation: pages.unknownBrowserPage({ portalName, app: salesforce, sendLinkForm: form, organisation: { host: 'login.acme.example', form } }),
	openPortal: pages.openPortalPage({ portalName, userKey, form }),
	signedOut: pages.signedOutPage({ portalName, portalHref }),
	otherAccount: pages.otherAccountPage({ portalName, app: salesforce, account: 'alice.moreau@acme.example', previous: 'amoreau@old.acme.example', form, keepHref: portalHref }),
	portalSignInEmpty: pages.portalSignInPage({ portalName, apps: [] }),
	hostile: pages.confirmSignInPage({ portalName: '<b>Portal</b>', userKey: 'alice\u202Eelpmaxe.live@\u200Bacme', app: { name: 'ש<script>alert(1)</script>', description: '</dd><h1>"x"' }, providerHost: 'login.example\u200D.com', scopes: [{ scope: "'\"><img src=x onerror=alert(1)>", meaning: 'تنفيذ flows' }], flowName: '<svg onload=alert(1)>', form }),
	error: pages.errorPage({ portalName, title: 'This link has expired', message: 'For your safety, a sign-in link works for 15 minutes only.', advice: 'Start the flow again, or ask for a new link.', code: 'signInExpired', retryHref: portalHref, portalHref }),
};
