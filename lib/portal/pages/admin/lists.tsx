// Usage by workflow, sessions, activity; and the page that asks before anything ends.
import { texts } from '../../texts';
import { ActivityList, SessionList } from '../activity';
import { CardPage, renderPage } from '../layout';
import { Actions, ButtonLink, Facts, PostForm, Say, Value, visible } from '../parts';
import type { ActivityView, AppView, FormView, SessionView } from '../views';
import type { Sentence } from '../../texts';
import { AdminPage, Table } from './frame';
import type { AdminFrame, UsageRow } from './views';

const t = texts.admin;

export function UsageTable({ usage, withApp }: { usage: UsageRow[]; withApp: boolean }) {
	return (
		<Table
			caption={t.sections.usage}
			empty={t.usage.nothing}
			rows={usage}
			columns={[
				{ label: t.columns.workflow, cell: ({ workflow, workflowId }) => <><Value text={workflow || workflowId} />{workflow ? <span class="note"><Value text={workflowId} /></span> : null}</> },
				...(withApp ? [{ label: t.columns.app, cell: ({ app }: UsageRow) => <Value text={app} /> }] : []),
				{ label: t.columns.people, isNumber: true, cell: ({ users }) => users },
				{ label: t.columns.uses, isNumber: true, cell: ({ uses }) => uses },
				{ label: t.columns.lastUsed, isTime: true, cell: ({ lastUsed }) => visible(lastUsed) },
			]}
		/>
	);
}

export function adminUsagePage({ frame, usage, csvHref }: { frame: AdminFrame; usage: UsageRow[]; csvHref: string }): string {
	return renderPage(
		<AdminPage frame={frame} title={t.sections.usage} current="usage">
			<div class="heading"><h1>{t.sections.usage}</h1><ButtonLink href={csvHref}>{t.csv}</ButtonLink></div>
			<p class="lead">{t.usage.lead}</p>
			<section class="card panel"><UsageTable usage={usage} withApp /></section>
		</AdminPage>,
	);
}

export function adminSessionsPage({ frame, sessions, nextHref, firstHref, csvHref }: { frame: AdminFrame; sessions: SessionView[]; nextHref?: string; firstHref?: string; csvHref: string }): string {
	return renderPage(
		<AdminPage frame={frame} title={t.sections.sessions} current="sessions">
			<div class="heading"><h1>{t.sections.sessions}</h1><ButtonLink href={csvHref}>{t.csv}</ButtonLink></div>
			<p class="lead">{t.sessions.lead}</p>
			<section class="card panel"><SessionList sessions={sessions} ofWhom /><div class="actions"><ButtonLink href={firstHref}>{t.people.first}</ButtonLink><ButtonLink href={nextHref}>{t.people.next}</ButtonLink></div></section>
		</AdminPage>,
	);
}

export function adminActivityPage({ frame, activity, csvHref }: { frame: AdminFrame; activity: ActivityView[]; csvHref: string }): string {
	return renderPage(
		<AdminPage frame={frame} title={t.sections.activity} current="activity">
			<div class="heading"><h1>{t.sections.activity}</h1><ButtonLink href={csvHref}>{t.csv}</ButtonLink></div>
			<p class="lead">{t.activityLead}</p>
			<section class="card panel"><ActivityList activity={activity} ofWhom /></section>
		</AdminPage>,
	);
}

export interface AdminConfirmProps {
	portalName: string;
	title: Sentence;
	app?: AppView;
	lead: string;
	facts: [label: string, value: string | string[] | undefined][];
	fine?: string;
	submit: string;
	form: FormView;
	cancelHref: string;
}

export function adminConfirmPage({ portalName, title, app, lead, facts, fine, submit, form, cancelHref }: AdminConfirmProps): string {
	return renderPage(
		<CardPage portalName={portalName} title={title} app={app} sign={{ glyph: 'warn', tone: 'warn' }}>
			<p class="lead">{lead}</p>
			<Facts entries={facts.map(([label, value]) => [label, value === undefined || value.length === 0 ? undefined : typeof value === 'string' ? <Value text={value} /> : <ul>{value.map((one) => <li><Value text={one} /></li>)}</ul>])} />
			{fine ? <p class="fine">{fine}</p> : null}
			<Actions>
				<PostForm form={form} look="danger"><Say text={submit} /></PostForm>
				<ButtonLink href={cancelHref}>{texts.cancel}</ButtonLink>
			</Actions>
		</CardPage>,
	);
}
