// After the provider: what came of it, in one glance.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Live, PortalLink, PostForm, Say, UNTRANSLATED, Value, visible } from './parts';
import type { AppView, FlowProgressView, FormView, LiveView, Purpose } from './views';

const PROGRESS_TONES: Record<FlowProgressView['state'], 'good' | 'info' | 'neutral' | 'warn'> = { goesOn: 'info', wentOn: 'good', waits: 'neutral', stopped: 'warn' };

export interface DoneProps {
	portalName: string;
	app: AppView;
	account?: string;
	/** All that waited for this sign-in. */
	flows?: FlowProgressView[];
	live?: LiveView;
	portalHref?: string;
	/** Default `flow`; otherwise nothing is said of a flow. */
	purpose?: Purpose;
}

/** After a sign-in, where the browser is owed no answer of the flow. */
export function donePage({ portalName, app, account, flows = [], live, portalHref, purpose = 'flow' }: DoneProps): string {
	const t = texts.done;
	const [first, ...others] = flows;
	return renderPage(
		<CardPage portalName={portalName} title={t.title} app={app} sign={{ glyph: 'good', tone: 'good' }}>
			<p class="lead"><Say text={t.lead(app.name, account)} /></p>
			<p><Say text={purpose !== 'flow' ? t.close : others.length === 0 ? t.flow[first?.state ?? 'goesOn'](first?.name) : t.flows(flows.map(({ state }) => state))} /></p>
			{others.length > 0 || (first?.runs ?? 0) > 1 ? <Progress flows={flows} /> : null}
			<Live live={live} />
			<Actions><PortalLink href={portalHref} /></Actions>
		</CardPage>,
	);
}

const Progress = ({ flows }: { flows: FlowProgressView[] }) => (
	<ul class="progress">
		{flows.map(({ name, runs, state }) => (
			<li>
				<span>{name ? <Value text={name} /> : texts.done.unnamed}{runs > 1 ? <span class="note">{texts.done.runs(runs)}</span> : null}</span>
				<span class={`status ${PROGRESS_TONES[state]}`}>{texts.done.states[state]}</span>
			</li>
		))}
	</ul>
);

/** The flow goes on or was answered elsewhere. */
export function alreadyDonePage({ portalName, app, portalHref }: { portalName: string; app?: AppView; portalHref?: string }): string {
	return renderPage(
		<CardPage portalName={portalName} title={texts.alreadyDone.title} app={app} sign={{ glyph: 'good', tone: 'good' }}>
			<p class="lead"><Say text={texts.alreadyDone.lead(app?.name)} /></p>
			<p>{texts.alreadyDone.close}</p>
			<Actions><PortalLink href={portalHref} /></Actions>
		</CardPage>,
	);
}

/** Nobody signed in, and the flow goes on all the same. */
export function notSignedInPage({ portalName, app, flowName, portalHref }: { portalName: string; app: AppView; flowName?: string; portalHref?: string }): string {
	const t = texts.notSignedIn;
	return renderPage(
		<CardPage portalName={portalName} title={t.title(app.name)} app={app} sign={{ glyph: 'closed', tone: 'warn' }}>
			<p class="lead"><Say text={t.lead(app.name)} /></p>
			<p><Say text={t.goesOn(flowName)} /></p>
			<Actions><PortalLink href={portalHref} /></Actions>
		</CardPage>,
	);
}

export interface DeclinedProps {
	portalName: string;
	app: AppView;
	retryForm?: FormView;
	retryHref?: string;
	portalHref?: string;
	/** Default `flow`. */
	purpose?: Purpose;
}

/** The user declined at the provider: the flow still waits, and the link still works. */
export function declinedPage({ portalName, app, retryForm, retryHref, portalHref, purpose = 'flow' }: DeclinedProps): string {
	const t = texts.declined;
	return renderPage(
		<CardPage portalName={portalName} title={t.title(app.name)} app={app} sign={{ glyph: 'closed', tone: 'warn' }}>
			<p class="lead"><Say text={t.lead(app.name)} /></p>
			<p>{purpose === 'flow' ? t.stillWaiting : t.nothingWaits}</p>
			<Actions>
				<Retry form={retryForm} href={retryHref} />
				<PortalLink href={portalHref} />
			</Actions>
		</CardPage>,
	);
}

export interface ErrorPageProps {
	portalName: string;
	title: string;
	message: string;
	advice?: string;
	/** Stable error code, shown small: what a user reads out to the administrator. */
	code?: string;
	retryHref?: string;
	retryForm?: FormView;
	/** Lets the waiting flow go on without the person. */
	goOnForm?: FormView;
	portalHref?: string;
}

export function errorPage({ portalName, title, message, advice, code, retryHref, retryForm, goOnForm, portalHref }: ErrorPageProps): string {
	return renderPage(
		<CardPage portalName={portalName} title={visible(title)} sign={{ glyph: 'warn', tone: 'warn' }}>
			<p class="lead">{visible(message)}</p>
			{advice ? <p>{visible(advice)}</p> : null}
			<Actions>
				<Retry form={retryForm} href={retryHref} />
				<PostForm form={goOnForm}>{texts.error.goOnWithout}</PostForm>
				<PortalLink href={portalHref} />
			</Actions>
			{code ? <p class="fine">{texts.error.code} <code {...UNTRANSLATED}>{visible(code)}</code></p> : null}
		</CardPage>,
	);
}

const Retry = ({ form, href }: { form?: FormView; href?: string }) =>
	form ? <PostForm form={form}>{texts.tryAgain}</PostForm> : <ButtonLink href={href} look="primary">{texts.tryAgain}</ButtonLink>;
