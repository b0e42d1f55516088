import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { ConnectedAppsError } from '../errors';
import type { KeepError, PreFlight } from './preFlight';
import type { Activity, UserSession } from './userSession';

/** The session of the one account that a credential names; asked for once per run. @throws ConnectedAppsError, NodeOperationError */
export type OwnLogin = (context: IExecuteFunctions | ILoadOptionsFunctions, activity: Activity) => Promise<UserSession>;

export type OwnLogins = Readonly<Partial<Record<string, OwnLogin>>>;

/** The pre-flight of a login that a node brings along: one account for all items, so an item that names a person is refused. */
export async function ownFlight(context: IExecuteFunctions, login: OwnLogin, keep: KeepError): Promise<PreFlight> {
	const activity: Activity = { accepted: false };
	const session = await login(context, activity);
	const sessions = [...context.getInputData().keys()].map((itemIndex) => {
		// The editor does not offer it here; an imported or generated flow may name somebody all the same.
		const user: unknown = context.getNodeParameter('user', itemIndex, '');
		if (user === undefined || user === null || String(user).trim() === '') return session;
		return keep(new ConnectedAppsError('individualUsersOff', 'The parameter "User" names a person, but with this authentication every call is made as the one account of the credential', { field: 'user', advice: 'Empty "User", or choose the authentication "Individual User", where each person signs in' }), itemIndex);
	});
	return { kind: 'ready', sessions, activity, explain: (error) => error };
}
