// The pages of somebody who is signed in, and the frame that they share.
import type { ComponentChildren } from 'preact';

import { texts } from '../texts';
import { Page } from './layout';
import { PostForm, Say } from './parts';
import { safeHref } from './safeHref';
import type { FormView, TabsView } from './views';

export type Tab = keyof TabsView;

interface SignedInProps {
	portalName: string;
	userKey: string;
	title: string;
	tabs: TabsView;
	current: Tab;
	signOutForm?: FormView;
	children: ComponentChildren;
}

export function SignedInPage({ portalName, userKey, title, tabs, current, signOutForm, children }: SignedInProps) {
	const t = texts.connectedApps;
	const aside = (
		<div class="aside">
			<p><Say text={t.signedInAs(userKey)} /></p>
			<PostForm form={signOutForm} look="quiet">{t.signOut}</PostForm>
		</div>
	);
	const shown = (Object.entries(texts.tabs) as [Tab, string][]).filter(([tab]) => safeHref(tabs[tab]) !== undefined);
	return (
		<Page portalName={portalName} title={title} aside={aside} wide>
			<nav class="tabs" aria-label={texts.tabsLabel}>
				<ul>{shown.map(([tab, label]) => <li><a href={safeHref(tabs[tab])} aria-current={tab === current ? 'page' : undefined}>{label}</a></li>)}</ul>
			</nav>
			{children}
		</Page>
	);
}
