// Who has connected what: found by name, looked at one by one, and disconnected when they leave.
import { texts } from '../../texts';
import { renderPage } from '../layout';
import { AppIcon, ButtonLink, Facts, Say, Value, visible } from '../parts';
import { safeHref } from '../safeHref';
import { ActivityList, SessionList } from '../activity';
import { TONES } from '../connectedApps';
import type { ActivityView, FormView, SessionView } from '../views';
import { AdminPage, FieldForm, Table } from './frame';
import type { AdminFrame, AdminPersonAppView, AdminPersonRow } from './views';

const t = texts.admin;

export interface PeopleProps {
	frame: AdminFrame;
	people: AdminPersonRow[];
	search: string;
	/** Only those with this app. */
	app?: string;
	findForm: FormView;
	nextHref?: string;
	firstHref?: string;
	csvHref: string;
}

export function adminPeoplePage({ frame, people, search, app, findForm, nextHref, firstHref, csvHref }: PeopleProps): string {
	return renderPage(
		<AdminPage frame={frame} title={t.sections.people} current="people">
			<div class="heading"><h1>{t.sections.people}</h1><ButtonLink href={csvHref}>{t.csv}</ButtonLink></div>
			<p class="lead">{app ? <Say text={t.people.leadApp(app)} /> : t.people.lead}</p>
			<section class="card panel">
				<FieldForm form={findForm} inline submit={t.people.find} fields={[{ name: 'find', label: t.people.search, value: search, maxLength: 256 }]} />
				<Table
					caption={t.sections.people}
					empty={search ? t.people.nobodyFound : t.people.nobody}
					rows={people}
					columns={[
						{ label: t.columns.person, cell: ({ userKey, href, isServiceAccount }) => <a href={safeHref(href)}>{isServiceAccount ? t.people.serviceAccount : <Value text={userKey} />}</a> },
						{ label: t.columns.connected, isNumber: true, cell: ({ active }) => active },
						{ label: t.columns.lastUsed, isTime: true, cell: ({ lastUsed }) => visible(lastUsed) },
					]}
				/>
				<div class="actions"><ButtonLink href={firstHref}>{t.people.first}</ButtonLink><ButtonLink href={nextHref}>{t.people.next}</ButtonLink></div>
			</section>
		</AdminPage>,
	);
}

export interface PersonProps {
	frame: AdminFrame;
	userKey: string;
	isServiceAccount: boolean;
	apps: AdminPersonAppView[];
	sessions: SessionView[];
	activity: ActivityView[];
	/** Ends everything of somebody who has left. */
	leaverHref?: string;
}

export function adminPersonPage({ frame, userKey, isServiceAccount, apps, sessions, activity, leaverHref }: PersonProps): string {
	return renderPage(
		<AdminPage frame={frame} title={isServiceAccount ? t.people.serviceAccount : userKey} current="people">
			<div class="heading"><h1>{isServiceAccount ? t.people.serviceAccount : <Value text={userKey} />}</h1><ButtonLink href={leaverHref}>{t.person.leaver}</ButtonLink></div>
			{apps.length === 0 ? <p class="lead">{t.person.nothing}</p> : <ul class="connections">{apps.map((app) => <PersonApp {...app} />)}</ul>}
			{isServiceAccount ? null : <section class="card panel" aria-labelledby="sessions"><h2 id="sessions">{t.sections.sessions}</h2><SessionList sessions={sessions} /></section>}
			<section class="card panel" aria-labelledby="recent"><h2 id="recent">{texts.activity.recent}</h2><ActivityList activity={activity} /></section>
		</AdminPage>,
	);
}

function PersonApp({ app, status, account, since, lastUsed, lastUsedBy, validUntil, failure, waiting, disconnectHref }: AdminPersonAppView) {
	const a = texts.connectedApps;
	return (
		<li>
			<article class="card">
				<div class="top"><AppIcon app={app} /><div class="name"><h2><Value text={app.name} /></h2></div><p class={`status ${TONES[status]}`}>{texts.status[status].label}</p></div>
				<Facts entries={[
					[a.account, account ? <Value text={account} /> : undefined],
					[a.connectedSince, since && visible(since)],
					[a.lastUsed, lastUsed && (lastUsedBy ? <Say text={a.lastUsedBy(lastUsed, lastUsedBy)} /> : visible(lastUsed))],
					[a.validUntil, validUntil && visible(validUntil)],
					[t.person.failure, failure ? <Value text={failure} /> : undefined],
					[t.columns.waiting, waiting > 0 ? waiting : undefined],
				]} />
				<div class="actions"><ButtonLink href={disconnectHref}>{a.disconnect}<span class="unseen"><Say text={a.actionFor(app.name)} /></span></ButtonLink></div>
			</article>
		</li>
	);
}
