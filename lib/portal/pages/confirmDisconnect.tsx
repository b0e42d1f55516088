// Before an app is disconnected: what ends, which flows it concerns, and what the app itself makes of it.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Facts, PostForm, Say, Value } from './parts';
import type { AppView, FormView } from './views';

export interface ConfirmDisconnectProps {
	portalName: string;
	/** `revokes`: the app can be told that its access has ended. */
	apps: { app: AppView; revokes: boolean }[];
	everything: boolean;
	account?: string;
	/** Flows that have used them. */
	flows: string[];
	form: FormView;
	cancelHref: string;
}

export function confirmDisconnectPage({ portalName, apps, everything, account, flows, form, cancelHref }: ConfirmDisconnectProps): string {
	const t = texts.confirmDisconnect;
	const [only] = apps;
	const name = only?.app.name ?? '';
	const silent = apps.filter(({ revokes }) => !revokes);
	return renderPage(
		<CardPage portalName={portalName} title={everything ? t.titleAll : t.title(name)} app={everything ? undefined : only?.app} sign={{ glyph: 'warn', tone: 'warn' }}>
			<p class="lead">{everything ? t.leadAll : <Say text={t.lead(name)} />}</p>
			<Facts entries={[
				[t.account, account ? <Value text={account} /> : undefined],
				[t.apps, everything ? <List names={apps.map(({ app }) => app.name)} /> : undefined],
				[t.flows, flows.length > 0 ? <List names={flows} /> : undefined],
			]} />
			{silent.length === 0
				? <p>{everything ? t.revokesAll : <Say text={t.revokes(name)} />}</p>
				: <p>{everything ? t.notSupportedAll : <Say text={t.notSupported(name)} />}</p>}
			<Actions>
				<PostForm form={form} look="danger">{everything ? t.submitAll : texts.connectedApps.disconnectSubmit}</PostForm>
				<ButtonLink href={cancelHref}>{everything ? t.keepAll : t.keep}</ButtonLink>
			</Actions>
		</CardPage>,
	);
}

const List = ({ names }: { names: string[] }) => <ul>{names.map((name) => <li><Value text={name} /></li>)}</ul>;
