// What the administration pages are told.
import type { ActivityView, AppView, FormView, SessionView, Status, TabsView } from '../views';

/** What every page of the administration has. */
export interface AdminFrame {
	portalName: string;
	userKey: string;
	tabs: TabsView;
	signOutForm?: FormView;
	/** Below the tab: addresses of the administration's own pages. */
	sections: Record<AdminSection, string>;
	/** What has just been done. */
	notice?: { tone: 'good' | 'warn' | 'info'; text: string };
}

export type AdminSection = 'connections' | 'people' | 'usage' | 'sessions' | 'activity';

export interface AdminConnectionView {
	app: AppView;
	connectionName: string;
	href: string;
	state: 'active' | 'inactive' | 'deleted';
	users: number;
	needSignIn: number;
	failing: number;
	waiting: number;
}

export interface AdminPersonRow {
	userKey: string;
	/** The one account that flows share. */
	isServiceAccount: boolean;
	href: string;
	active: number;
	lastUsed: string;
}

export interface AdminPersonAppView {
	app: AppView;
	status: Status;
	account?: string;
	since?: string;
	lastUsed?: string;
	lastUsedBy?: string;
	validUntil?: string;
	failure?: string;
	waiting: number;
	disconnectHref?: string;
}

export interface UsageRow {
	workflow: string;
	workflowId: string;
	app: string;
	users: number;
	uses: number;
	lastUsed: string;
}

export type { ActivityView, FormView, SessionView };
