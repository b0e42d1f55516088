// What the pages are told. Plain data: everything vendor specific (names, icons, addresses) arrives here.
import type { ConnectionStatus, SessionMethod } from '../../types';
import type { AuditType } from '../../vault';

export interface AppView {
	name: string;
	description?: string;
	/** Trusted markup of our own package; shown as an image from a data: address, where no script can run. */
	iconSvg?: string;
}

/** Always sent with method=post. */
export interface FormView {
	action: string;
	hidden: Record<string, string>;
}

export interface ScopeView {
	scope: string;
	/** What the scope lets a flow do, to be read after "Flows will be able to". */
	meaning?: string;
}

/** Why somebody signs in: a flow waits, they chose it in My connected apps, or an admin signs in the service account. */
export type Purpose = 'flow' | 'portal' | 'serviceAccount';

export type Status = ConnectionStatus;

export interface ConnectionView {
	app: AppView;
	status: Status;
	account?: string;
	/** Times arrive formatted. */
	connectedSince?: string;
	lastUsed?: string;
	lastUsedBy?: string;
	validUntil?: string;
	scopes?: ScopeView[];
	/** Names of the flows that have used it. */
	usedBy?: string[];
	waitingFlows: number;
	waitingNames?: string[];
	/** Only the person can let them go on. */
	waitsForUser?: boolean;
	/** What became of the access at the app when the connection ended. */
	revoked?: Revoked;
	connectForm?: FormView;
	/** The page that asks once more. */
	disconnectHref?: string;
}

/** A page that is loaded again by itself: either it is, or it has stopped; neither where nothing goes on. */
export interface LiveView {
	nextHref?: string;
	stopHref?: string;
	againHref?: string;
}

/** What became of runs of one flow that waited for a sign-in. */
export interface FlowProgressView {
	name?: string;
	runs: number;
	/** `goesOn`: about to; `waits`: for other people; `stopped`: by somebody, so it does not go on. */
	state: 'goesOn' | 'wentOn' | 'waits' | 'stopped';
}

export type Revoked = 'revoked' | 'queued' | 'notSupported';

export type Receipt =
	| { kind: 'connected'; app: string }
	/** `providerPage`: where the provider lets the person end the access. */
	| { kind: 'disconnected'; app: string; revoked?: Revoked; providerPage?: string }
	/** Apps whose access could not be ended there yet, or cannot be. */
	| { kind: 'allDisconnected'; count: number; queued: string[]; notSupported: string[] };

/** A flow that the person may start from here. */
export interface RunnableFlowView {
	name: string;
	description?: string;
	/** Only for whoever has shown who they are. */
	runForm?: FormView;
}

/** Addresses of the pages of somebody who is signed in. */
export interface TabsView {
	apps: string;
	activity: string;
	/** For administrators. */
	administration?: string;
}

/** One event, told to whom it concerns or to an administrator. */
export interface ActivityView {
	type: AuditType;
	at: string;
	app?: string;
	detail?: string;
	flow?: string;
	byAdministrator: boolean;
	/** Only for administrators. */
	userKey?: string;
	actor?: string;
}

export interface SessionView {
	userKey: string;
	method: SessionMethod;
	since: string;
	lastSeen: string;
	/** That of the browser that looks. */
	own: boolean;
	endForm?: FormView;
}

/** The organisation's own sign-in. */
export interface OrganisationOption {
	host: string;
	form: FormView;
}

export interface SignInOption {
	app: AppView;
	form: FormView;
}
