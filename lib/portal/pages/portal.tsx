// The way into My connected apps, and out of it.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Facts, Notice, PostForm, Say, SignInButtons, Value, visible } from './parts';
import type { FormView, OrganisationOption, SignInOption } from './views';

interface PortalSignInProps {
	portalName: string;
	apps: SignInOption[];
	organisation?: OrganisationOption;
	/** A reverse proxy signs people in, and has not told who this is. */
	byProxy?: boolean;
	notice?: string;
}

/** Portal entry when nobody is signed in. */
export function portalSignInPage({ portalName, apps, organisation, byProxy, notice }: PortalSignInProps): string {
	const t = texts.portalSignIn;
	const lead = organisation ? t.organisationLead : byProxy ? t.byProxy : apps.length > 0 ? t.lead : t.noApps;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} sign={{ glyph: 'person', tone: 'info' }}>
			<p class="lead">{lead}</p>
			{notice ? <Notice>{visible(notice)}</Notice> : null}
			{organisation ? <Actions><PostForm form={organisation.form}>{t.organisation}</PostForm></Actions> : null}
			{organisation ? <p class="fine"><Say text={t.organisationHost(organisation.host)} /></p> : null}
			<SignInButtons options={apps} />
			{organisation || byProxy ? null : <p class="fine">{t.firstTime}</p>}
		</CardPage>,
	);
}

/** A personal link to the portal was opened: nothing has happened yet. */
export function openPortalPage({ portalName, userKey, form }: { portalName: string; userKey: string; form: FormView }): string {
	const t = texts.openPortal;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} sign={{ glyph: 'person', tone: 'info' }}>
			<p class="lead">{t.lead}</p>
			<Facts entries={[[t.you, <Value text={userKey} />]]} />
			<Actions><PostForm form={form}>{t.submit}</PostForm></Actions>
			<p class="fine"><Say text={t.caution(userKey)} /></p>
		</CardPage>,
	);
}

export function signedOutPage({ portalName, portalHref }: { portalName: string; portalHref: string }): string {
	const t = texts.signedOut;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} sign={{ glyph: 'good', tone: 'good' }}>
			<p class="lead">{t.lead}</p>
			<p>{t.flowsGoOn}</p>
			<Actions><ButtonLink href={portalHref} look="secondary">{t.signInAgain}</ButtonLink></Actions>
		</CardPage>,
	);
}
