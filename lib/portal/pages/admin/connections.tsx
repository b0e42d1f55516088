// All connections of the portal, and one of them with what may be done to it.
import { texts } from '../../texts';
import { renderPage } from '../layout';
import { AppIcon, ButtonLink, Facts, PostForm, Say, Scopes, Value, visible } from '../parts';
import { safeHref } from '../safeHref';
import type { FormView, ScopeView } from '../views';
import { AdminPage, counted, FieldForm, Table } from './frame';
import { UsageTable } from './lists';
import type { AdminConnectionView, AdminFrame, UsageRow } from './views';

const t = texts.admin;
const TONES = { active: 'good', inactive: 'neutral', deleted: 'warn' } as const;

const State = ({ state }: { state: AdminConnectionView['state'] }) => <span class={`tag ${TONES[state]}`}>{t.states[state]}</span>;

export interface ConnectionsProps {
	frame: AdminFrame;
	connections: AdminConnectionView[];
	csvHref: string;
	/** Rows of the vault that an older key still seals; absent where no key was changed. */
	rekey?: { left: number; unreadable: number };
}

export function adminConnectionsPage({ frame, connections, csvHref, rekey }: ConnectionsProps): string {
	return renderPage(
		<AdminPage frame={frame} title={t.sections.connections} current="connections">
			<div class="heading"><h1>{t.sections.connections}</h1><ButtonLink href={csvHref}>{t.csv}</ButtonLink></div>
			<p class="lead">{t.connections.lead}</p>
			<section class="card panel">
				<Table
					caption={t.sections.connections}
					empty={t.connections.empty}
					rows={connections}
					columns={[
						{ label: t.columns.app, cell: ({ app, connectionName, href, state }) => <span class="app"><AppIcon app={app} small /><span><a href={safeHref(href)}><Value text={app.name} /></a>{state === 'active' ? null : <State state={state} />}<span class="note"><Value text={connectionName} /></span></span></span> },
						{ label: t.columns.users, isNumber: true, cell: ({ users }) => users },
						{ label: t.columns.needSignIn, isNumber: true, cell: ({ needSignIn }) => needSignIn },
						{ label: t.columns.failing, isNumber: true, cell: ({ failing }) => failing },
						{ label: t.columns.waiting, isNumber: true, cell: ({ waiting }) => waiting },
					]}
				/>
			</section>
			{rekey ? <section class="card panel" aria-labelledby="rekey"><h2 id="rekey">{t.rekey.title}</h2><p>{rekey.left === 0 ? t.rekey.done : t.rekey.left(rekey.left)}</p>{rekey.unreadable > 0 ? <p>{t.rekey.unreadable(rekey.unreadable)}</p> : null}</section> : null}
		</AdminPage>,
	);
}

export interface ConnectionProps {
	frame: AdminFrame;
	connection: AdminConnectionView;
	/** Where they differ from what the portal shows. */
	asRegistered?: { name: string; description: string };
	/** Its words on the portal as an administrator has set them; empty = as the credential says. */
	shown: { name: string; description: string };
	owner: { workflow: string; node: string };
	host: string;
	clientId: string;
	redirectUri: string;
	lifetimes: string;
	scopes: ScopeView[];
	serviceAccount?: string;
	deleted?: { at: string; by: string };
	usage: UsageRow[];
	peopleHref: string;
	testForm?: FormView;
	renameForm?: FormView;
	serviceAccountForm?: FormView;
	reauthorizeHref?: string;
	deleteHref?: string;
	allowAgainForm?: FormView;
}

export function adminConnectionPage(props: ConnectionProps): string {
	const { frame, connection, asRegistered, owner, deleted, usage, peopleHref } = props;
	const { app, state, users, needSignIn, failing, waiting } = connection;
	return renderPage(
		<AdminPage frame={frame} title={app.name} current="connections">
			<div class="heading"><div class="top"><AppIcon app={app} /><div class="name"><h1><Value text={app.name} /></h1><p class="note"><Value text={connection.connectionName} /><State state={state} /></p></div></div></div>
			{deleted ? <section class="card panel"><p><Say text={t.connection.deleted(deleted.by, deleted.at)} /></p><p class="note">{t.connection.deletedHow}</p><PostForm form={props.allowAgainForm}>{t.connection.allowAgain}</PostForm></section> : null}
			<ul class="figures">
				{([['users', users], ['needSignIn', needSignIn], ['failing', failing], ['waiting', waiting]] as const).map(([name, count]) => <li class="card"><strong>{counted(count)}</strong><span>{t.columns[name]}</span></li>)}
			</ul>
			<section class="card panel" aria-labelledby="facts">
				<h2 id="facts">{t.connection.facts}</h2>
				<Facts entries={[
					[t.connection.host, <Value text={props.host} />],
					[t.connection.clientId, <Value text={props.clientId} />],
					[t.connection.redirectUri, <Value text={props.redirectUri} />],
					[t.connection.offeredBy, <Say text={t.connection.offeredByNode(owner.node, owner.workflow)} />],
					[t.connection.lifetimes, visible(props.lifetimes)],
					[t.connection.serviceAccount, props.serviceAccount ? <Value text={props.serviceAccount} /> : undefined],
					[t.connection.asRegistered, asRegistered ? <><Value text={asRegistered.name} />{asRegistered.description ? <span class="note">{visible(asRegistered.description)}</span> : null}</> : undefined],
				]} />
				<h2>{t.connection.scopes}</h2>
				<Scopes scopes={props.scopes} />
				<div class="actions"><PostForm form={props.testForm} look="secondary">{t.connection.test}</PostForm><PostForm form={props.serviceAccountForm} look="secondary">{t.connection.signInService}</PostForm><ButtonLink href={peopleHref}>{t.connection.people}</ButtonLink></div>
			</section>
			<section class="card panel" aria-labelledby="usage"><h2 id="usage">{t.sections.usage}</h2><UsageTable usage={usage} withApp={false} /></section>
			{props.renameForm ? (
				<section class="card panel" aria-labelledby="words">
					<h2 id="words">{t.connection.words}</h2>
					<p class="note">{t.connection.wordsHow}</p>
					<FieldForm form={props.renameForm} submit={t.connection.save} fields={[
						{ name: 'name', label: t.connection.name, value: props.shown.name, hint: asRegistered?.name ?? app.name, maxLength: 80 },
						{ name: 'description', label: t.connection.description, value: props.shown.description, hint: asRegistered?.description ?? app.description, maxLength: 300 },
					]} />
				</section>
			) : null}
			{props.reauthorizeHref || props.deleteHref ? (
				<section class="card panel" aria-labelledby="danger">
					<h2 id="danger">{t.connection.danger}</h2>
					<p class="note">{t.connection.dangerHow}</p>
					<div class="actions"><ButtonLink href={props.reauthorizeHref}>{t.connection.reauthorize}</ButtonLink><ButtonLink href={props.deleteHref}>{t.connection.delete}</ButtonLink></div>
				</section>
			) : null}
		</AdminPage>,
	);
}
