// What happened of late, where somebody is signed in, and what is kept of them.
import { texts } from '../texts';
import { renderPage } from './layout';
import { ButtonLink, Notice, PostForm, Say, Value, visible } from './parts';
import { SignedInPage } from './tabs';
import type { ActivityView, FormView, SessionView, TabsView } from './views';

export interface ActivityProps {
	portalName: string;
	userKey: string;
	tabs: TabsView;
	signOutForm?: FormView;
	activity: ActivityView[];
	sessions: SessionView[];
	endOthersForm?: FormView;
	exportHref: string;
	/** Sign-ins that have just been ended. */
	ended?: number;
}

export function activityPage({ portalName, userKey, tabs, signOutForm, activity, sessions, endOthersForm, exportHref, ended }: ActivityProps): string {
	const t = texts.activity;
	return renderPage(
		<SignedInPage portalName={portalName} userKey={userKey} title={t.title} tabs={tabs} current="activity" signOutForm={signOutForm}>
			<h1>{t.title}</h1>
			<p class="lead">{t.lead}</p>
			{ended === undefined ? null : <Notice tone="good">{t.sessionsEnded(ended)}</Notice>}
			<section class="card panel" aria-labelledby="recent">
				<h2 id="recent">{t.recent}</h2>
				<ActivityList activity={activity} />
			</section>
			{sessions.length === 0 ? null : (
				<section class="card panel" aria-labelledby="sessions">
					<h2 id="sessions">{t.sessions}</h2>
					<p class="note">{t.sessionsHow}</p>
					<SessionList sessions={sessions} />
					<PostForm form={endOthersForm} look="secondary">{t.endOthers}</PostForm>
				</section>
			)}
			<section class="card panel" aria-labelledby="data">
				<h2 id="data">{t.data}</h2>
				<p class="note">{t.dataHow}</p>
				<ButtonLink href={exportHref}>{t.download}</ButtonLink>
			</section>
		</SignedInPage>,
	);
}

export function ActivityList({ activity, ofWhom = false }: { activity: ActivityView[]; ofWhom?: boolean }) {
	const t = texts.activity;
	if (activity.length === 0) return <p class="note">{t.nothing}</p>;
	return (
		<ul class="rows">
			{activity.map(({ type, at, app, detail, flow, byAdministrator, userKey, actor }) => (
				<li>
					<div>
						<p class="what">{t.types[type]}{app ? <>{' · '}<Value text={app} /></> : null}</p>
						{ofWhom && userKey ? <p class="note"><Value text={userKey} /></p> : null}
						{detail || flow ? <p class="note">{detail ? visible(detail) : null}{detail && flow ? ' · ' : null}{flow ? <Say text={t.inFlow(flow)} /> : null}</p> : null}
						{actor ? <p class="note"><Say text={t.byActor(actor)} /></p> : byAdministrator && !detail ? <p class="note">{t.byAdministrator}</p> : null}
					</div>
					<p class="when">{visible(at)}</p>
				</li>
			))}
		</ul>
	);
}

export function SessionList({ sessions, ofWhom = false }: { sessions: SessionView[]; ofWhom?: boolean }) {
	const t = texts.activity;
	if (sessions.length === 0) return <p class="note">{t.noSessions}</p>;
	return (
		<ul class="rows">
			{sessions.map(({ userKey, method, since, lastSeen, own, endForm }) => (
				<li>
					<div>
						<p class="what">{ofWhom ? <><Value text={userKey} />{' · '}</> : null}{t.methods[method]}{own ? <span class="tag info">{t.thisBrowser}</span> : null}</p>
						<p class="note">{t.session(visible(since), visible(lastSeen))}</p>
					</div>
					<PostForm form={endForm} look="quiet">{t.end}<span class="unseen">{t.endWhich(visible(ofWhom ? `${userKey}, ${since}` : since))}</span></PostForm>
				</li>
			))}
		</ul>
	);
}
