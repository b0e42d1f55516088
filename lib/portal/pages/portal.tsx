// The ways into My connected apps, and the question before a disconnect.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Notice, PostForm, Say, SignInButtons, visible } from './parts';
import type { AppView, FormView, SignInOption } from './views';

/** Portal entry when nobody is signed in. */
export function portalSignInPage({ portalName, apps, notice }: { portalName: string; apps: SignInOption[]; notice?: string }): string {
	const t = texts.portalSignIn;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} sign={{ glyph: 'person', tone: 'info' }}>
			<p class="lead">{apps.length > 0 ? t.lead : t.noApps}</p>
			{notice ? <Notice>{visible(notice)}</Notice> : null}
			<SignInButtons options={apps} />
			<p class="fine">{t.firstTime}</p>
		</CardPage>,
	);
}

/** A portal personal link was opened; only the button uses it up. */
export function confirmPortalLinkPage({ portalName, userKey, form }: { portalName: string; userKey: string; form: FormView }): string {
	const t = texts.confirmPortalLink;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} sign={{ glyph: 'person', tone: 'info' }}>
			<p class="lead"><Say text={t.lead(userKey)} /></p>
			<Actions><PostForm form={form}>{t.submit}</PostForm></Actions>
			<p class="fine">{t.caution}</p>
		</CardPage>,
	);
}

export interface ConfirmDisconnectProps {
	portalName: string;
	app: AppView;
	account?: string;
	form: FormView;
	cancelHref?: string;
}

export function confirmDisconnectPage({ portalName, app, account, form, cancelHref }: ConfirmDisconnectProps): string {
	const t = texts.confirmDisconnect;
	return renderPage(
		<CardPage portalName={portalName} title={t.title(app.name)} app={app}>
			<p class="lead"><Say text={t.lead(app.name, account)} /></p>
			<p>{t.again}</p>
			<Actions>
				<PostForm form={form} look="danger">{t.submit}</PostForm>
				<ButtonLink href={cancelHref}>{texts.cancel}</ButtonLink>
			</Actions>
		</CardPage>,
	);
}
