// My connected apps: what is connected, as whom, used when and by which flow, until when.
import { type Sentence, texts } from '../texts';
import { Page, renderPage } from './layout';
import { AppIcon, Facts, Glyph, Notice, PostForm, Say, Scopes, Value, visible } from './parts';
import { safeHref } from './safeHref';
import type { ConnectionView, FormView, Receipt, Status } from './views';

const t = texts.connectedApps;

const TONES: Record<Status, 'good' | 'warn' | 'neutral'> = {
	connected: 'good',
	expiringSoon: 'warn',
	refreshPending: 'neutral',
	needsConsent: 'warn',
	needsSignIn: 'warn',
	misconfigured: 'warn',
	providerUnavailable: 'neutral',
	expired: 'warn',
	disconnected: 'neutral',
};

/** What the waiting flows wait for; where it is the person, connecting is the main action of the card. */
const WAITING_FOR: Record<Status, keyof typeof t.waiting> = {
	connected: 'soon',
	expiringSoon: 'soon',
	refreshPending: 'soon',
	needsConsent: 'you',
	needsSignIn: 'you',
	misconfigured: 'admin',
	providerUnavailable: 'app',
	expired: 'you',
	disconnected: 'you',
};

export interface ConnectedAppsProps {
	portalName: string;
	userKey: string;
	connections: ConnectionView[];
	signOutForm?: FormView;
	receipt?: Receipt;
}

export function connectedAppsPage({ portalName, userKey, connections, signOutForm, receipt }: ConnectedAppsProps): string {
	const aside = (
		<div class="aside">
			<p><Say text={t.signedInAs(userKey)} /></p>
			<PostForm form={signOutForm} look="quiet">{t.signOut}</PostForm>
		</div>
	);
	return renderPage(
		<Page portalName={portalName} title={t.title} aside={aside} wide>
			<h1>{t.title}</h1>
			<p class="lead">{t.lead}</p>
			{receipt ? <ReceiptNotice receipt={receipt} /> : null}
			{connections.length > 0
				? <ul class="connections">{connections.map((connection, index) => <Connection connection={connection} id={`app-${index}`} />)}</ul>
				: <div class="empty"><p><strong>{t.empty}</strong></p><p>{t.emptyHow}</p></div>}
		</Page>,
	);
}

function ReceiptNotice({ receipt: { kind, app, revoked, providerPage } }: { receipt: Receipt }) {
	const sentence: Sentence = kind === 'connected' ? texts.receipt.connected(app) : texts.receipt[revoked ?? 'disconnected'](app);
	const page = kind === 'disconnected' ? safeHref(providerPage) : undefined;
	return (
		<Notice tone={revoked === 'queued' || revoked === 'notSupported' ? 'info' : 'good'}>
			<Say text={sentence} />
			{page ? <>{' '}<a href={page} rel="noopener noreferrer"><Say text={texts.receipt.providerPage(app)} /></a></> : null}
		</Notice>
	);
}

function Connection({ connection, id }: { connection: ConnectionView; id: string }) {
	const { app, status, account, connectedSince, lastUsed, lastUsedBy, validUntil, scopes = [], waitingFlows, revoked } = connection;
	const { label, hint } = texts.status[status];
	const used = lastUsed && lastUsedBy ? <Say text={t.lastUsedBy(lastUsed, lastUsedBy)} /> : lastUsed ? visible(lastUsed) : undefined;
	return (
		<li>
			<article class="card" aria-labelledby={id}>
				<div class="top">
					<AppIcon app={app} />
					<div class="name">
						<h2 id={id}><Value text={app.name} /></h2>
						{app.description ? <p>{visible(app.description)}</p> : null}
					</div>
					<p class={`status ${TONES[status]}`}>{label}</p>
				</div>
				{hint ? <p class="hint">{hint}</p> : null}
				{revoked ? <p class="hint">{texts.ended[revoked]}</p> : null}
				{waitingFlows > 0 ? <p class="waiting"><Glyph name="arrow" />{t.waiting[WAITING_FOR[status]](waitingFlows)}</p> : null}
				<Facts entries={[
					[t.account, account ? <Value text={account} /> : undefined],
					[t.connectedSince, connectedSince && visible(connectedSince)],
					[t.lastUsed, used],
					[t.validUntil, validUntil && visible(validUntil)],
				]} />
				<ConnectionActions connection={connection} />
				{scopes.length > 0 ? <details><summary><Glyph name="chevron" />{t.scopes(scopes.length)}</summary><Scopes scopes={scopes} /></details> : null}
			</article>
		</li>
	);
}

function ConnectionActions({ connection }: { connection: ConnectionView }) {
	const { app, status, account, connectForm, confirmDisconnectForm } = connection;
	const known = status !== 'disconnected' && (account !== undefined || status !== 'needsSignIn');
	const forApp = <span class="unseen"><Say text={t.actionFor(app.name)} /></span>;
	if (!connectForm && !confirmDisconnectForm) return null;
	return (
		<div class="actions">
			<PostForm form={connectForm} look={WAITING_FOR[status] === 'you' || status === 'expiringSoon' ? 'primary' : 'secondary'}>{known ? t.reconnect : t.connect}{forApp}</PostForm>
			{confirmDisconnectForm && safeHref(confirmDisconnectForm.action) ? (
				<details class="confirm">
					<summary class="button quiet">{t.disconnect}{forApp}</summary>
					<div><p>{t.disconnectConfirm}</p><PostForm form={confirmDisconnectForm} look="danger">{t.disconnectSubmit}{forApp}</PostForm></div>
				</details>
			) : null}
		</div>
	);
}
