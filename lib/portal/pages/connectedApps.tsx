// My connected apps: what is connected, as whom, used when and by which flow, until when.
import { type Sentence, texts } from '../texts';
import { renderPage } from './layout';
import { AppIcon, ButtonLink, Facts, Glyph, Live, Notice, PostForm, Say, Scopes, Value, visible } from './parts';
import { RunnableFlows } from './runFlow';
import { safeHref } from './safeHref';
import { SignedInPage } from './tabs';
import type { ConnectionView, FormView, LiveView, Receipt, RunnableFlowView, Status, TabsView } from './views';

const t = texts.connectedApps;

export const TONES: Record<Status, 'good' | 'warn' | 'neutral'> = {
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

/** More would hide what matters. */
const MOST_FLOWS = 5;

export interface ConnectedAppsProps {
	portalName: string;
	userKey: string;
	connections: ConnectionView[];
	/** Flows to start from here. */
	flows?: RunnableFlowView[];
	tabs: TabsView;
	signOutForm?: FormView;
	/** Only where there is something to disconnect. */
	disconnectAllHref?: string;
	receipt?: Receipt;
	live?: LiveView;
}

export function connectedAppsPage({ portalName, userKey, connections, flows = [], tabs, signOutForm, disconnectAllHref, receipt, live }: ConnectedAppsProps): string {
	const asked = connections.filter(({ waitsForUser, connectForm }) => waitsForUser && connectForm);
	return renderPage(
		<SignedInPage portalName={portalName} userKey={userKey} title={t.title} tabs={tabs} current="apps" signOutForm={signOutForm}>
			<h1>{t.title}</h1>
			<p class="lead">{t.lead}</p>
			<Live live={live} />
			{receipt ? <ReceiptNotice receipt={receipt} /> : null}
			<WaitingForYou asked={asked} />
			<RunnableFlows flows={flows} />
			{connections.length > 0
				? <ul class="connections">{connections.map((connection, index) => <Connection connection={connection} id={`app-${index}`} isAsked={asked.length > 0} />)}</ul>
				: <div class="empty"><p><strong>{t.empty}</strong></p><p>{t.emptyHow}</p></div>}
			{disconnectAllHref ? <div class="end"><ButtonLink href={disconnectAllHref} look="quiet">{t.disconnectAll}</ButtonLink></div> : null}
		</SignedInPage>,
	);
}

/** One button per app lets all flows that wait for it go on. */
function WaitingForYou({ asked }: { asked: ConnectionView[] }) {
	if (asked.length === 0) return null;
	const flows = asked.reduce((sum, { waitingFlows }) => sum + waitingFlows, 0);
	const names = [...new Set(asked.flatMap(({ waitingNames = [] }) => waitingNames))];
	return (
		<section class="card asked" aria-labelledby="waiting">
			<div>
				<h2 id="waiting">{t.waitingForYou.title(flows)}</h2>
				{names.length > 0 ? <p class="note">{names.map((name, i) => <>{i > 0 ? ', ' : null}<Value text={name} /></>)}</p> : null}
				<p>{t.waitingForYou.how(asked.length)}</p>
			</div>
			<div class="actions">{asked.map(({ app, connectForm }) => <PostForm form={connectForm}><Say text={t.waitingForYou.connect(app.name)} /></PostForm>)}</div>
		</section>
	);
}

function ReceiptNotice({ receipt }: { receipt: Receipt }) {
	if (receipt.kind === 'allDisconnected') {
		const { count, queued, notSupported } = receipt;
		return (
			<Notice tone={queued.length + notSupported.length > 0 ? 'info' : 'good'}>
				{texts.receipt.all(count)}
				{queued.map((app) => <>{' '}<Say text={texts.receipt.allQueued(app)} /></>)}
				{notSupported.map((app) => <>{' '}<Say text={texts.receipt.allNotSupported(app)} /></>)}
			</Notice>
		);
	}
	const { kind, app } = receipt;
	if (kind === 'connected') return <Notice tone="good"><Say text={texts.receipt.connected(app)} /></Notice>;
	const { revoked, providerPage } = receipt;
	const page = safeHref(providerPage);
	const sentence: Sentence = texts.receipt[revoked ?? 'disconnected'](app);
	return (
		<Notice tone={revoked === 'queued' || revoked === 'notSupported' ? 'info' : 'good'}>
			<Say text={sentence} />
			{page ? <>{' '}<a href={page} rel="noopener noreferrer"><Say text={texts.receipt.providerPage(app)} /></a></> : null}
		</Notice>
	);
}

function Connection({ connection, id, isAsked }: { connection: ConnectionView; id: string; isAsked: boolean }) {
	const { app, status, account, connectedSince, lastUsed, lastUsedBy, validUntil, scopes = [], waitingFlows, waitsForUser, usedBy = [], revoked } = connection;
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
				{waitingFlows > 0 ? <p class="waiting"><Glyph name="arrow" />{t.waiting[waitsForUser ? 'you' : WAITING_FOR[status]](waitingFlows)}</p> : null}
				<Facts entries={[
					[t.account, account ? <Value text={account} /> : undefined],
					[t.connectedSince, connectedSince && visible(connectedSince)],
					[t.lastUsed, used],
					[t.validUntil, validUntil && visible(validUntil)],
					[t.usedBy(usedBy.length), usedBy.length > 1 ? <ul>{usedBy.slice(0, MOST_FLOWS).map((name) => <li><Value text={name} /></li>)}{usedBy.length > MOST_FLOWS ? <li>{t.more(usedBy.length - MOST_FLOWS)}</li> : null}</ul> : undefined],
				]} />
				<ConnectionActions connection={connection} isAsked={isAsked} />
				{scopes.length > 0 ? <details><summary><Glyph name="chevron" />{t.scopes(scopes.length)}</summary><Scopes scopes={scopes} /></details> : null}
			</article>
		</li>
	);
}

function ConnectionActions({ connection, isAsked }: { connection: ConnectionView; isAsked: boolean }) {
	const { app, status, account, connectForm, disconnectHref, waitsForUser } = connection;
	const known = status !== 'disconnected' && (account !== undefined || status !== 'needsSignIn');
	const forApp = <span class="unseen"><Say text={t.actionFor(app.name)} /></span>;
	if (!connectForm && !safeHref(disconnectHref)) return null;
	// Where flows wait, the way on stands above, once; what nothing waits for and was never connected does not vie with it.
	const isMain = !waitsForUser && !(isAsked && status === 'disconnected') && (WAITING_FOR[status] === 'you' || status === 'expiringSoon');
	return (
		<div class="actions">
			<PostForm form={connectForm} look={isMain ? 'primary' : 'secondary'}>{known ? t.reconnect : t.connect}{forApp}</PostForm>
			<ButtonLink href={disconnectHref} look="quiet">{t.disconnect}{forApp}</ButtonLink>
		</div>
	);
}
