// Somebody came back from the provider with another account than the one that was connected before (S24).
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Facts, PostForm, Say, Value } from './parts';
import type { AppView, FormView } from './views';

export interface OtherAccountProps {
	portalName: string;
	app: AppView;
	account: string;
	previous: string;
	/** Signs in once more, and takes the new account. */
	form: FormView;
	/** The way on with the account as it was. */
	keepHref: string;
}

export function otherAccountPage({ portalName, app, account, previous, form, keepHref }: OtherAccountProps): string {
	const t = texts.otherAccount;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} app={app} sign={{ glyph: 'warn', tone: 'warn' }}>
			<p class="lead"><Say text={t.lead(app.name)} /></p>
			<Facts entries={[[t.before, <Value text={previous} />], [t.now, <Value text={account} />]]} />
			<p>{t.nothingKept}</p>
			<Actions>
				<PostForm form={form}><Say text={t.submit(account)} /></PostForm>
				<ButtonLink href={keepHref}>{t.keep}</ButtonLink>
			</Actions>
		</CardPage>,
	);
}
