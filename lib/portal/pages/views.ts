// What the pages are told. Plain data: everything vendor specific (names, icons, addresses) arrives here.
import type { ConnectionStatus } from '../../types';

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
	waitingFlows: number;
	/** What became of the access at the app when the connection ended. */
	revoked?: 'revoked' | 'queued' | 'notSupported';
	connectForm?: FormView;
	/** The final word, shown inside a disclosure on this page. */
	confirmDisconnectForm?: FormView;
}

export interface Receipt {
	kind: 'disconnected' | 'connected';
	app: string;
	revoked?: 'revoked' | 'queued' | 'notSupported';
	/** Where the provider lets the person end the access. */
	providerPage?: string;
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
