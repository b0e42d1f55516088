// The way into My connected apps.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Notice, SignInButtons, visible } from './parts';
import type { SignInOption } from './views';

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
