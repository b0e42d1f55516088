// Flows that people start from the portal: the list, and the page that asks before one is started.
import { texts } from '../texts';
import { CardPage, renderPage } from './layout';
import { Actions, ButtonLink, Facts, PostForm, Say, Value, visible } from './parts';
import type { FormView, RunnableFlowView } from './views';

const t = texts.runFlow;

/** Nothing where nothing is listed. */
export function RunnableFlows({ flows }: { flows: RunnableFlowView[] }) {
	if (flows.length === 0) return null;
	return (
		<section class="card panel flows" aria-labelledby="flows">
			<h2 id="flows">{t.list}</h2>
			<p class="note">{flows.some(({ runForm }) => runForm) ? t.listHow : t.listWeak}</p>
			<ul class="rows">
				{flows.map(({ name, description, runForm }) => (
					<li>
						<div>
							<p class="what"><Value text={name} /></p>
							{description ? <p class="note">{visible(description)}</p> : null}
						</div>
						<PostForm form={runForm} look="secondary">{t.run}<span class="unseen"><Say text={t.runWhich(name)} /></span></PostForm>
					</li>
				))}
			</ul>
		</section>
	);
}

export interface RunFlowProps {
	portalName: string;
	userKey: string;
	flow: { name: string; description?: string };
	/** Where the flow is. */
	host: string;
	/** Posts to the flow itself. */
	form: FormView;
	cancelHref: string;
}

export function runFlowPage({ portalName, userKey, flow, host, form, cancelHref }: RunFlowProps): string {
	return renderPage(
		<CardPage portalName={portalName} title={t.title(flow.name)} sign={{ glyph: 'arrow', tone: 'info' }}>
			<p class="lead">{t.lead}</p>
			<Facts entries={[
				[t.flow, <><Value text={flow.name} />{flow.description ? <span class="note">{visible(flow.description)}</span> : null}</>],
				[t.you, <Value text={userKey} />],
				[t.host, <Value text={host} />],
			]} />
			<Actions>
				<PostForm form={form}>{t.submit}</PostForm>
				<ButtonLink href={cancelHref}>{texts.cancel}</ButtonLink>
			</Actions>
			<p class="fine">{t.signIn}</p>
		</CardPage>,
	);
}

/** The page that asks was open for too long. */
export function runTooLatePage({ portalName, flow, form, cancelHref }: { portalName: string; flow: string; form: FormView; cancelHref: string }): string {
	return renderPage(
		<CardPage portalName={portalName} title={t.tooLate.title} sign={{ glyph: 'info', tone: 'info' }}>
			<p class="lead"><Say text={t.tooLate.lead(flow)} /></p>
			<Actions>
				<PostForm form={form}>{texts.tryAgain}</PostForm>
				<ButtonLink href={cancelHref}>{texts.openMyConnectedApps}</ButtonLink>
			</Actions>
		</CardPage>,
	);
}
