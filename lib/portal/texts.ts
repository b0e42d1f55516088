// More than 300 lines: a translator gets one file.
// Every English word of the portal's pages, in one typed object, so that a translation is one more object of type `Texts`.
// Sentences that hold a user's or provider's words are written with `say`: the page then isolates each value
// (direction, emphasis, invisible characters), which a plain string could not tell apart from our own words.
import type { SessionMethod } from '../types';
import type { AuditType } from '../vault';

/** A sentence with foreign values in it: `words` has one more entry than `values`. */
export interface Sentence {
	readonly words: readonly string[];
	readonly values: readonly string[];
}

export function say(words: TemplateStringsArray, ...values: string[]): Sentence {
	return { words: [...words], values };
}

const signedInTo = (app: string, account?: string): Sentence =>
	account ? say`You’re signed in to ${app} as ${account}.` : say`You’re signed in to ${app}.`;

type FlowState = 'goesOn' | 'wentOn' | 'waits' | 'stopped';

const flowsWait = (flows: number): string => (flows === 1 ? 'A flow is' : `${flows} flows are`);

export const texts = {
	lang: 'en',
	openMyConnectedApps: 'My connected apps',
	cancel: 'Cancel',
	tryAgain: 'Try again',
	footer: 'You always enter your password at the app itself. This page never sees it.',

	live: {
		updates: 'This page updates by itself for now.',
		stop: 'Stop updating',
		stopped: 'This page doesn’t update by itself any more.',
		again: 'Look again',
	},

	confirmSignIn: {
		title: (app: string) => say`Connect ${app}`,
		lead: {
			flow: (app: string, flow?: string) =>
				flow ? say`The flow ${flow} is waiting for you. To go on, it needs to use ${app} as you.` : say`A flow is waiting for you. To go on, it needs to use ${app} as you.`,
			portal: (app: string) => say`Once connected, your flows can use ${app} as you.`,
			serviceAccount: (app: string) => say`You’re about to sign in the service account that flows share for ${app}.`,
		},
		you: 'You are',
		app: 'App',
		host: 'You’ll sign in at',
		scopes: 'Flows will be able to',
		submit: (app: string) => say`Continue to ${app}`,
		cancel: 'Not now',
		serviceAccount: 'The shared service account',
		connecting: 'Connecting',
		caution: (user: string) => say`Continue only if you are ${user} and expected this. Otherwise just close this page: nothing has happened yet.`,
		cautionServiceAccount: 'Continue only as an administrator, and sign in as the service account, not as yourself.',
	},

	unknownBrowser: {
		title: 'Is this sign-in yours?',
		lead: (app: string) => say`This link is for one particular person to connect ${app}. We can’t tell yet whether that’s you, so we haven’t started anything.`,
		sameBrowser: 'Use the browser where you started the flow',
		sameBrowserHow: 'Open the same link there, and it goes on where you left off.',
		sendLink: 'Get a personal link',
		sendLinkHow: 'If your organisation has set it up, a new link goes to the person this sign-in is meant for. It works in any browser.',
		sendLinkSubmit: 'Send me a new link',
		organisation: 'Sign in with your organisation',
		organisationHow: (host: string) => say`We’ll recognise you by your work account at ${host}.`,
		signIn: 'Sign in with an app you’ve already connected',
		signInHow: 'We’ll recognise you by that account.',
	},

	linkSent: {
		title: 'Check your messages',
		lead: 'If your organisation has set it up, a new personal link is on its way, by e-mail or chat, to the person this sign-in is meant for.',
		once: 'The link works once, for 15 minutes. You can close this tab.',
	},

	done: {
		title: 'You’re all set',
		lead: signedInTo,
		/** One flow waited. */
		flow: {
			goesOn: (flow?: string) => (flow ? say`Your flow ${flow} goes on by itself; you can close this tab.` : say`Your flow goes on by itself; you can close this tab.`),
			wentOn: (flow?: string) => (flow ? say`Your flow ${flow} has gone on; you can close this tab.` : say`Your flow has gone on; you can close this tab.`),
			waits: (flow?: string) =>
				flow
					? say`Your part is done. The flow ${flow} goes on by itself as soon as everyone else it waits for has signed in. You can close this tab.`
					: say`Your part is done. The flow goes on by itself as soon as everyone else it waits for has signed in. You can close this tab.`,
			stopped: (flow?: string) => (flow ? say`The flow ${flow} was stopped meanwhile, so it doesn’t go on. If you still need it, start it again.` : say`The flow was stopped meanwhile, so it doesn’t go on. If you still need it, start it again.`),
		} satisfies Record<FlowState, (flow?: string) => Sentence>,
		/** Several did. */
		flows: (states: FlowState[]) =>
			states.every((state) => state === 'wentOn') ? 'Your flows have gone on; you can close this tab.' : states.includes('goesOn') ? 'Flows that waited for you go on by themselves; you can close this tab.' : 'These flows waited for you. You can close this tab.',
		states: { goesOn: 'Going on', wentOn: 'Went on', waits: 'Waits for others', stopped: 'Stopped' } satisfies Record<FlowState, string>,
		runs: (runs: number) => `${runs} times`,
		unnamed: 'A flow without a name',
		close: 'You can close this tab.',
	},

	alreadyDone: {
		title: 'Nothing left to do',
		lead: (app?: string) => (app ? say`This sign-in to ${app} is already complete, and the flow has what it needs.` : say`This sign-in is already complete, and the flow has what it needs.`),
		close: 'You can close this tab.',
	},

	declined: {
		title: (app: string) => say`${app} is not connected`,
		lead: (app: string) => say`The sign-in at ${app} was cancelled, so nothing was shared.`,
		stillWaiting: 'The flow is still waiting, and this link still works. You can try again now or come back later.',
		nothingWaits: 'You can try again whenever you like.',
	},

	notSignedIn: {
		title: (app: string) => say`${app} is not connected`,
		lead: (app: string) => say`Nobody signed in at ${app}, so nothing was shared.`,
		goesOn: (flow?: string) => (flow ? say`The flow ${flow} goes on without it; you can close this tab.` : say`The flow goes on without it; you can close this tab.`),
	},

	connectedApps: {
		title: 'My connected apps',
		lead: 'Flows use these apps as you. You can disconnect any of them at any time.',
		signedInAs: (user: string) => say`Signed in as ${user}`,
		signOut: 'Sign out',
		empty: 'No apps yet',
		emptyHow: 'As soon as an app is offered here, you can connect it on this page.',
		account: 'Account',
		connectedSince: 'Connected since',
		lastUsed: 'Last used',
		lastUsedBy: (when: string, flow: string) => say`${when} by ${flow}`,
		validUntil: 'Valid until',
		validity: {
			always: 'You disconnect it',
			idle: (date: string) => `${date}, and longer each time a flow uses it`,
			absolute: (date: string) => date,
			both: (idle: string, absolute: string) => `${idle}, and longer each time a flow uses it; ${absolute} at the latest`,
		},
		usedBy: (flows: number) => `Used by ${flows} flows`,
		more: (flows: number) => `and ${flows} more`,
		disconnectAll: 'Disconnect everything',
		waitingForYou: {
			title: (flows: number) => (flows === 1 ? 'A flow is waiting for you' : `${flows} flows are waiting for you`),
			how: (apps: number) => (apps === 1 ? 'Connect once, and all of them go on by themselves.' : 'Connect these apps, and they go on by themselves.'),
			connect: (app: string) => say`Connect ${app}`,
		},
		scopes: (count: number) => (count === 1 ? '1 permission' : `${count} permissions`),
		connect: 'Connect',
		reconnect: 'Reconnect',
		disconnect: 'Disconnect',
		disconnectSubmit: 'Yes, disconnect',
		/** For screen readers, where many buttons of the same name follow each other. */
		actionFor: (app: string) => say` ${app}`,
		waiting: {
			soon: (flows: number) => `${flowsWait(flows)} about to go on.`,
			app: (flows: number) => `${flowsWait(flows)} waiting for the app to answer.`,
			admin: (flows: number) => `${flowsWait(flows)} waiting for an administrator.`,
			you: (flows: number) => `${flowsWait(flows)} waiting for you to connect.`,
		},
	},

	runFlow: {
		list: 'Flows you can run',
		listHow: 'They run as you, with the apps that you’ve connected.',
		listWeak: 'To run them as yourself, sign out, then sign in here with an app that confirms your e-mail address. A personal link doesn’t prove who you are.',
		run: 'Run',
		/** For screen readers, where many buttons of the same name follow each other. */
		runWhich: (flow: string) => say` ${flow}`,
		title: (flow: string) => say`Run ${flow}?`,
		lead: 'It starts at once, and uses your connected apps as you.',
		flow: 'Flow',
		you: 'Runs as',
		host: 'At',
		submit: 'Run now',
		signIn: 'If it needs an app that you haven’t connected yet, it asks you to sign in there first.',
		tooLate: {
			title: 'This page was open for too long',
			lead: (flow: string) => say`For your safety, a start is offered for about a minute. If you still want to run ${flow}, try again.`,
		},
	},

	tabsLabel: 'Pages',
	tabs: {
		apps: 'Apps',
		activity: 'Activity',
		administration: 'Administration',
	},

	confirmDisconnect: {
		title: (app: string) => say`Disconnect ${app}?`,
		titleAll: 'Disconnect everything?',
		lead: (app: string) => say`Flows can no longer act as you in ${app} until you connect it again.`,
		leadAll: 'Flows can no longer act as you in any of these apps until you connect them again.',
		account: 'Account',
		apps: 'Apps',
		flows: 'Used by',
		revokes: (app: string) => say`We delete the access here at once and tell ${app} to end it there, too.`,
		revokesAll: 'We delete the access here at once and tell the apps to end it there, too.',
		notSupported: (app: string) => say`We delete the access here at once. ${app} doesn’t let us end it on its side; we’ll show you where you can.`,
		notSupportedAll: 'We delete the access here at once, and tell each app that can be told to end it there, too.',
		submitAll: 'Yes, disconnect everything',
		keep: 'Keep connected',
		keepAll: 'Keep all',
	},

	activity: {
		title: 'Activity',
		lead: 'What happened with your apps, where you’re signed in, and what is kept about you.',
		recent: 'Recent activity',
		nothing: 'Nothing has happened yet.',
		inFlow: (flow: string) => say`in ${flow}`,
		byAdministrator: 'By an administrator',
		byActor: (actor: string) => say`by ${actor}`,
		types: {
			connected: 'Connected',
			refreshed: 'Renewed',
			refused: 'Refused',
			revoked: 'Ended at the app',
			expired: 'Expired',
			disconnected: 'Disconnected',
			accountChanged: 'Account changed',
			rekeyed: 'Sealed anew',
			serviceAccountUsed: 'Service account used',
			registered: 'Offered',
			resumed: 'A flow went on',
			resumeFailed: 'A flow could not go on',
			exchanged: 'Used on your behalf',
			runStarted: 'Flow run from here',
			portalSignedIn: 'Signed in here',
			portalSignedOut: 'Signed out here',
			sessionEnded: 'Sign-in ended',
			exported: 'Data downloaded',
			administered: 'Administration',
		} satisfies Record<AuditType, string>,
		sessions: 'Where you’re signed in',
		sessionsHow: 'Signing out ends only the visit to this page; your apps stay connected.',
		noSessions: 'Nobody is signed in.',
		methods: { openId: 'Organisation’s sign-in', trustedHeader: 'Organisation’s proxy', account: 'Account of an app', link: 'Personal link' } satisfies Record<SessionMethod, string>,
		thisBrowser: 'This browser',
		session: (since: string, lastSeen: string) => `Since ${since}, last seen ${lastSeen}`,
		end: 'Sign out',
		endWhich: (which: string) => ` ${which}`,
		endOthers: 'Sign out everywhere else',
		sessionsEnded: (count: number) => (count === 0 ? 'That sign-in had ended already.' : count === 1 ? 'Signed out there.' : `Signed out in ${count} browsers.`),
		data: 'Your data',
		dataHow: 'A file with everything that is kept about you: apps, accounts, permissions, uses, sign-ins and activity. It holds no password and no access.',
		download: 'Download my data',
	},

	admin: {
		sectionsLabel: 'Administration',
		sections: { connections: 'Connections', people: 'People', usage: 'Usage', sessions: 'Sessions', activity: 'Audit log' },
		csv: 'Download CSV',
		states: { active: 'Offered', inactive: 'Not offered', deleted: 'Deleted' },
		columns: { app: 'App', users: 'Connected', people: 'People', needSignIn: 'Must sign in', failing: 'Failing', waiting: 'Waiting flows', person: 'Person', connected: 'Apps', lastUsed: 'Last used', workflow: 'Workflow', uses: 'Uses' },
		connections: { lead: 'Every app of this portal: who is connected, what fails, and which flows wait for somebody.', empty: 'No trigger of this portal has offered an app yet.' },
		rekey: {
			title: 'Change of the encryption key',
			done: 'Everything that can be is sealed with the current key.',
			left: (rows: number) => `${rows === 1 ? 'One row of the vault is' : `${rows} rows of the vault are`} still sealed with the previous key. This goes on while flows run; keep the previous key set until this note is gone.`,
			unreadable: (rows: number) => `${rows === 1 ? 'One row opens' : `${rows} rows open`} with none of the keys that are set. Whoever that belongs to must sign in again.`,
		},
		connection: {
			facts: 'Set-up',
			host: 'Sign-in at',
			clientId: 'Client ID',
			redirectUri: 'Redirect URI',
			offeredBy: 'Offered by',
			offeredByNode: (node: string, workflow: string) => say`${node} in the workflow ${workflow}`,
			lifetimes: 'Lifetime',
			lifetime: {
				never: 'Until disconnected',
				idle: (days: number) => (days === 1 ? 'A day without use' : `${days} days without use`),
				absolute: (days: number) => (days === 1 ? 'a day after sign-in at the latest' : `${days} days after sign-in at the latest`),
			},
			serviceAccount: 'Service account',
			serviceNotSignedIn: 'Not signed in',
			asRegistered: 'In the credential',
			scopes: 'Permissions that every sign-in asks for',
			people: 'Show its people',
			test: 'Test the connection',
			signInService: 'Sign in the service account',
			words: 'Name on the portal',
			wordsHow: 'What people read here and in messages, instead of what the credential says. The credential stays as it is; leave a field empty to follow it.',
			name: 'Name',
			description: 'Description',
			save: 'Save',
			danger: 'End sign-ins',
			dangerHow: 'You’ll see whom it concerns before anything ends.',
			reauthorize: 'Require everybody to sign in again',
			delete: 'Delete this connection',
			deleted: (by: string, at: string) => say`Deleted by ${by} on ${at}.`,
			deletedHow: 'Nobody can use or connect it, and publishing its workflow does not bring it back. If you allow it again, it is offered as soon as its trigger registers it, within half a minute while published; everybody then signs in anew.',
			allowAgain: 'Allow again',
		},
		people: {
			lead: 'Everybody who has connected an app, also those whose sign-in has ended.',
			leadApp: (app: string) => say`Everybody who has connected ${app}, also those whose sign-in has ended.`,
			search: 'Find a person',
			find: 'Find',
			nobody: 'Nobody has connected an app yet.',
			nobodyFound: 'Nobody of that name has connected an app.',
			serviceAccount: 'Service account',
			next: 'Next page',
			first: 'First page',
		},
		person: { nothing: 'This person has connected no app of this portal.', leaver: 'End everything', failure: 'Last failure' },
		usage: { lead: 'Which workflows use which app, for how many people. Uses are counted since this version was installed.', nothing: 'No workflow has used it yet.' },
		sessions: { lead: 'Who is signed in to this portal. Ending a session leaves the apps connected.' },
		activityLead: 'What happened to the connections of this portal, and what administrators did; the newest first.',
		confirm: {
			flows: 'Used by',
			notRevoked: 'This app cannot be told that an access has ended; it has to be ended there as well.',
			disconnect: {
				title: (user: string, app: string) => say`Disconnect ${app} for ${user}?`,
				lead: 'Flows can no longer act as this person there until they connect it again. The access is deleted here at once, and ended at the app where it can be.',
				submit: 'Yes, disconnect',
			},
			leaver: {
				title: (user: string) => say`End everything of ${user}?`,
				lead: 'All apps of this person are disconnected, and all their sessions here end at once.',
				fine: 'It does not keep them from signing in again: take them out of the organisation’s sign-in or of the allowed users for that.',
				submit: 'Yes, end everything',
			},
			reauthorize: {
				title: (app: string) => say`Make everybody sign in to ${app} again?`,
				lead: 'Every sign-in of this connection ends at once, the service account’s included. Flows wait for their people until they have signed in again.',
				fine: 'Each of them is told at once, by the trigger’s event “Needs Sign-In”.',
				submit: 'Yes, everybody signs in again',
			},
			delete: {
				title: (app: string) => say`Delete ${app}?`,
				lead: 'Every sign-in of this connection ends at once, flows that wait for it fail, and nobody can connect it any more.',
				fine: 'A mark stays, so that publishing a workflow does not bring it back: an administrator has to allow it again here.',
				submit: 'Yes, delete it',
			},
		},
		done: {
			testGood: 'The provider knows this client and accepts its credentials.',
			renamed: 'Saved.',
			reauthorized: (users: number) => (users === 1 ? 'One sign-in has ended.' : `${users} sign-ins have ended.`),
			deleted: (users: number) => (users === 1 ? 'Deleted; one sign-in has ended.' : `Deleted; ${users} sign-ins have ended.`),
			allowedAgain: 'Allowed again. It is offered as soon as its trigger registers it.',
			disconnected: (app: string) => `${app} is disconnected for this person.`,
			nothingToEnd: 'There was nothing to end.',
			left: (user: string, apps: number, sessions: number) => `Ended for ${user}: ${apps === 1 ? 'one app' : `${apps} apps`}, ${sessions === 1 ? 'one session' : `${sessions} sessions`}.`,
			sessionEnded: 'The session has ended.',
		},
	},

	status: {
		connected: { label: 'Connected', hint: undefined },
		expiringSoon: { label: 'Expires soon', hint: 'Reconnect before it expires, so that your flows keep running.' },
		refreshPending: { label: 'Renewing', hint: 'We’re renewing this connection. You don’t need to do anything.' },
		needsConsent: { label: 'Needs your consent', hint: 'This app now asks for more permissions than you have agreed to. Reconnect to review them.' },
		needsSignIn: { label: 'Sign-in needed', hint: 'The app has ended this sign-in. Reconnect to keep your flows running.' },
		misconfigured: { label: 'Needs an administrator', hint: 'A setting is wrong on our side. There’s nothing you can do here; please tell your administrator.' },
		providerUnavailable: { label: 'Not answering', hint: 'The app isn’t answering right now. Your connection is kept, and we’ll try again.' },
		expired: { label: 'Expired', hint: 'For your safety, connections end after a while. Reconnect to use it again.' },
		disconnected: { label: 'Not connected', hint: undefined },
	},

	ended: {
		revoked: 'Its access has ended at the app, too.',
		queued: 'We couldn’t reach the app to end its access there yet, so we’ll keep trying.',
		notSupported: 'The app doesn’t let us end its access on its side.',
	},

	receipt: {
		connected: (app: string) => say`${app} is connected.`,
		disconnected: (app: string) => say`${app} is disconnected.`,
		revoked: (app: string) => say`${app} is disconnected, and ${app} has confirmed that the access has ended.`,
		queued: (app: string) => say`${app} is disconnected here. We couldn’t reach ${app} to end the access there yet, so we’ll keep trying.`,
		notSupported: (app: string) => say`${app} is disconnected, and we’ve deleted its access here. ${app} doesn’t let us end it on its side.`,
		all: (apps: number) => (apps === 1 ? 'One app is disconnected.' : `${apps} apps are disconnected.`),
		allQueued: (app: string) => say`We couldn’t reach ${app} to end the access there yet, so we’ll keep trying.`,
		allNotSupported: (app: string) => say`${app} doesn’t let us end the access on its side; you can do that there.`,
		providerPage: (app: string) => say`Review your permissions at ${app}`,
	},

	portalSignIn: {
		title: 'Sign in',
		lead: 'Use an app you’ve already connected. We’ll recognise you by that account and show you all your connected apps.',
		signInWith: (app: string) => say`Sign in with ${app}`,
		firstTime: 'First time here? Start a flow: it asks you to connect the apps that it needs.',
		noApps: 'To see your connected apps, open the personal link that was sent to you.',
		organisationLead: 'Sign in with your work account to see and manage the apps you’ve connected.',
		organisation: 'Sign in with your organisation',
		organisationHost: (host: string) => say`You’ll sign in at ${host}.`,
		byProxy: 'Your organisation signs you in before you get here, but it didn’t tell us who you are. Open this page by the address your administrator gave you.',
	},

	openPortal: {
		title: 'Open your connected apps',
		lead: 'This personal link opens the list of your connected apps in this browser. It works once.',
		you: 'You are',
		submit: 'Open my connected apps',
		caution: (user: string) => say`Continue only if you are ${user}. Otherwise just close this page: nothing has happened yet.`,
	},

	signedOut: {
		title: 'You’re signed out',
		lead: 'This browser can no longer see your connected apps.',
		flowsGoOn: 'Your flows keep running: the apps stay connected.',
		signInAgain: 'Sign in again',
	},

	otherAccount: {
		title: 'Another account',
		lead: (app: string) => say`You’ve connected ${app} before, but just signed in there with a different account. Should your flows use the new one from now on?`,
		before: 'Until now',
		now: 'From now on',
		nothingKept: 'Nothing has changed yet. If you go on, you may have to sign in once more.',
		submit: (account: string) => say`Use ${account}`,
		keep: 'Keep the account as it was',
	},

	error: {
		code: 'Code',
		goOnWithout: 'Go on without signing in',
	},
};

export type Texts = typeof texts;
