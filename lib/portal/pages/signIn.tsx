// Before the provider: who you are, what will happen, and nothing happens by opening the page (S7).
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Facts, Notice, PostForm, Say, Scopes, SignInButtons, Value, visible } from './parts';
import type { AppView, FormView, OrganisationOption, Purpose, ScopeView, SignInOption } from './views';

export interface ConfirmSignInProps {
	portalName: string;
	userKey: string;
	app: AppView;
	providerHost: string;
	scopes: ScopeView[];
	flowName?: string;
	form: FormView;
	cancelHref?: string;
	/** Lets the waiting flow go on without the sign-in. */
	cancelForm?: FormView;
	notice?: string;
	/** Default `flow`. */
	purpose?: Purpose;
}

/** Confirmation before going to the provider. */
export function confirmSignInPage({ portalName, userKey, app, providerHost, scopes, flowName, form, cancelHref, cancelForm, notice, purpose = 'flow' }: ConfirmSignInProps): string {
	const t = texts.confirmSignIn;
	const shared = purpose === 'serviceAccount';
	return renderPage(
		<CardPage portalName={portalName} title={t.title(app.name)} app={app} bridge>
			<p class="lead"><Say text={t.lead[purpose](app.name, flowName)} /></p>
			{notice ? <Notice>{visible(notice)}</Notice> : null}
			<Facts entries={[
				shared ? [t.connecting, t.serviceAccount] : [t.you, <Value text={userKey} />],
				[t.app, <><Value text={app.name} />{app.description ? <span class="note">{visible(app.description)}</span> : null}</>],
				[t.host, <Value text={providerHost} />],
			]} />
			{scopes.length > 0 ? <section><h2>{t.scopes}</h2><Scopes scopes={scopes} /></section> : null}
			<Actions>
				<PostForm form={form}><Say text={t.submit(app.name)} /></PostForm>
				<PostForm form={cancelForm} look="secondary">{t.cancel}</PostForm>
				<ButtonLink href={cancelHref}>{t.cancel}</ButtonLink>
			</Actions>
			<p class="fine"><Say text={shared ? t.cautionServiceAccount : t.caution(userKey)} /></p>
		</CardPage>,
	);
}

export interface UnknownBrowserProps {
	portalName: string;
	app: AppView;
	sendLinkForm?: FormView;
	signInForms?: SignInOption[];
	organisation?: OrganisationOption;
}

/** A link opened in a browser that we cannot tie to the person (S39). */
export function unknownBrowserPage({ portalName, app, sendLinkForm, signInForms = [], organisation }: UnknownBrowserProps): string {
	const t = texts.unknownBrowser;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} app={app}>
			<p class="lead"><Say text={t.lead(app.name)} /></p>
			<div class="ways">
				<section><h2>{t.sameBrowser}</h2><p>{t.sameBrowserHow}</p></section>
				{organisation ? <section><h2>{t.organisation}</h2><p><Say text={t.organisationHow(organisation.host)} /></p><PostForm form={organisation.form}>{texts.portalSignIn.organisation}</PostForm></section> : null}
				{sendLinkForm ? <section><h2>{t.sendLink}</h2><p>{t.sendLinkHow}</p><PostForm form={sendLinkForm}>{t.sendLinkSubmit}</PostForm></section> : null}
				{signInForms.length > 0 ? <section><h2>{t.signIn}</h2><p>{t.signInHow}</p><SignInButtons options={signInForms} /></section> : null}
			</div>
		</CardPage>,
	);
}

export function linkSentPage({ portalName }: { portalName: string }): string {
	return renderPage(
		<CardPage portalName={portalName} title={texts.linkSent.title} sign={{ glyph: 'mail', tone: 'info' }}>
			<p class="lead">{texts.linkSent.lead}</p>
			<p>{texts.linkSent.once}</p>
		</CardPage>,
	);
}
