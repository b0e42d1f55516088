import { deleteConnection, disconnect, disconnectAll, ownerKeyOf, personalLinkFor, probeConnection, reauthorize, type Connection } from '../../connections';
import { ConnectedAppsError } from '../../errors';
import { SERVICE_ACCOUNT, type UserKey } from '../../types';
import { tryRevocations } from '../disconnect';
import { seeOther, type PortalResponse } from '../http';
import { addressOf } from '../portal';
import { signTold, type Told } from '../told';
import { texts } from '../texts';
import { administered, administeredOne, adminHref, personInWords, type AdminContext } from './frame';

const t = texts.admin.done;
const MOST = { name: 80, description: 300 };

type Tone = Extract<Told, { kind: 'administered' }>['tone'];

function back({ portal, admin }: AdminContext, query: Record<string, string>, text: string, tone: Tone = 'good'): PortalResponse {
	return seeOther(new URL(adminHref({ portal, admin }, { ...query, told: signTold(portal.vault, { kind: 'administered', tone, text, userKey: admin }) }), portal.portalUrl).href);
}

/** What an administrator may do; closed, so that a form cannot invent an act. */
const ACTS: Record<string, (context: AdminContext, form: URLSearchParams) => Promise<PortalResponse>> = {
	async find(context, form) {
		const [id, find] = [form.get('id') ?? '', (form.get('find') ?? '').trim()];
		return seeOther(new URL(adminHref(context, { show: 'people', ...(id !== '' && { id }), ...(find !== '' && { find }) }), context.portal.portalUrl).href);
	},

	async test(context, form) {
		const connection = await one(context, form);
		const wrong = await probeConnection(context.portal.vault, connection, context.portal.fetch);
		const here = { show: 'connection', id: connection.id };
		return wrong === undefined ? back(context, here, t.testGood) : back(context, here, [wrong.message, wrong.details.advice].filter((text) => text !== undefined).join('. '), 'warn');
	},

	async rename(context, form) {
		const connection = await one(context, form);
		const words = { appName: wordsOf(form, 'name'), appDescription: wordsOf(form, 'description') };
		await context.portal.vault.registrations.rename(connection.id, words);
		await audit(context, connection, words.appName === undefined && words.appDescription === undefined ? 'Called as the credential says' : `Called "${words.appName ?? connection.registration.appName}" on the portal`);
		return back(context, { show: 'connection', id: connection.id }, t.renamed);
	},

	async serviceAccount(context, form) {
		const connection = await one(context, form);
		const { registration } = connection;
		if (!registration.active || registration.policy.serviceAccountUse === 'never') throw new ConnectedAppsError('serviceAccountOff', 'The credential does not allow the service account of this connection', { advice: 'Allow it in the credential first' });
		await audit(context, connection, 'Asked for a link to sign in the service account');
		// At the portal of the trigger that offers it: its callback is there.
		return seeOther(await personalLinkFor(context.portal.vault, connection, { purpose: 'serviceAccount', userKey: SERVICE_ACCOUNT, ownerKey: ownerKeyOf(registration.owner) }));
	},

	async reauthorize(context, form) {
		const connection = await one(context, form);
		const ended = await reauthorize(context.portal.vault, connection, context.admin);
		await tryRevocations(context.portal, [connection]);
		return back(context, { show: 'connection', id: connection.id }, t.reauthorized(ended));
	},

	async delete(context, form) {
		const connection = await one(context, form);
		const ended = await deleteConnection(context.portal.vault, connection, context.admin);
		await tryRevocations(context.portal, [connection]);
		return back(context, { show: 'connection', id: connection.id }, t.deleted(ended));
	},

	async allowAgain(context, form) {
		const connection = await one(context, form);
		if (await context.portal.vault.registrations.allowAgain(connection.id)) await audit(context, connection, 'Allowed again');
		return back(context, { show: 'connection', id: connection.id }, t.allowedAgain);
	},

	async disconnect(context, form) {
		const connection = await one(context, form);
		const user = (form.get('user') ?? '') as UserKey;
		const ended = await disconnect(context.portal.vault, connection, user, context.admin);
		await tryRevocations(context.portal, [connection]);
		return back(context, { show: 'person', user }, ended ? t.disconnected(connection.registration.appName) : t.nothingToEnd, ended ? 'good' : 'info');
	},

	async leaver(context, form) {
		const { vault, access } = context.portal;
		const user = (form.get('user') ?? '') as UserKey;
		const ended = await disconnectAll(vault, await administered(context), user, context.admin);
		const sessions = await vault.sessions.deleteByUser(access.portal.id, user);
		await vault.audit.add({ type: 'administered', portalId: access.portal.id, userKey: user, actor: context.admin, detail: `Everything ended: ${ended.length === 0 ? 'no app' : ended.map(({ registration }) => registration.appName).join(', ')}; sessions of the portal: ${sessions}` });
		await tryRevocations(context.portal, ended);
		return back(context, { show: 'person', user }, t.left(personInWords(user), ended.length, sessions));
	},

	async session(context, form) {
		const { vault, access } = context.portal;
		const idHash = form.get('session') ?? '';
		const session = await vault.sessions.find(idHash, access.portal.id);
		const ended = await vault.sessions.delete(idHash, access.portal.id);
		if (ended) await vault.audit.add({ type: 'sessionEnded', portalId: access.portal.id, userKey: session?.userKey, actor: context.admin });
		return back(context, { show: 'sessions' }, ended ? t.sessionEnded : t.nothingToEnd, ended ? 'good' : 'info');
	},
};

async function one(context: AdminContext, form: URLSearchParams): Promise<Connection> {
	return await administeredOne(context, form.get('id') ?? '');
}

async function audit({ portal, admin }: AdminContext, connection: Connection, detail: string): Promise<void> {
	await portal.vault.audit.add({ type: 'administered', connectionId: connection.id, actor: admin, detail });
}

/** @returns undefined for nothing: then it is as the credential says. @throws ConnectedAppsError `forbidden` */
function wordsOf(form: URLSearchParams, name: keyof typeof MOST): string | undefined {
	const text = (form.get(name) ?? '').trim().normalize('NFC');
	if (text.length > MOST[name] || /\p{Cc}/u.test(text)) throw new ConnectedAppsError('forbidden', `The ${name} is longer than ${MOST[name]} characters or holds control characters`, { advice: 'Go back and choose other words' });
	return text === '' ? undefined : text;
}

/** `POST admin`. @throws ConnectedAppsError `forbidden` */
export async function administer(context: AdminContext): Promise<PortalResponse> {
	const { form } = context.portal.request;
	const name = form.get('act') ?? (form.has('session') ? 'session' : '');
	const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
	if (act === undefined) throw new ConnectedAppsError('forbidden', 'This form asks for nothing that is known here', { advice: `Open ${addressOf(context.portal, 'admin')} again` });
	return await act(context, form);
}
