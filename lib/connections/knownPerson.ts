import { DAY_MS } from '../clock';
import { isEmailForm } from '../identity';
import { SERVICE_ACCOUNT, type KnownPerson, type UserKey } from '../types';
import { sha256, type StoredRegistration, type Vault } from '../vault';
import type { Connection } from './connection';
import { portalIdOf } from './portalMembership';

/** Slides with every sign-in that asks for it. */
const PERSON_MS = 90 * DAY_MS;

/** Whose word it is: the tokens that one connection believes, or the sign-in of one portal. */
export type Teller = { connection: Pick<Connection, 'id'> } | { portalId: string };

function placeOf(teller: Teller, userKey: UserKey): string {
	return sha256(JSON.stringify(['person', 'connection' in teller ? ['connection', teller.connection.id] : ['portal', teller.portalId], userKey]));
}

/** Keeps what was told of a person: a key that is no e-mail address is compared by it when they sign in to an app (S41). */
export async function rememberPerson(vault: Vault, teller: Teller, userKey: UserKey, person: KnownPerson): Promise<void> {
	if (!isEmailForm(userKey)) await vault.identities.put(placeOf(teller, userKey), { userKey, person }, PERSON_MS);
}

/** What a verified token or the portal's own sign-in told of them; a key that is an e-mail address says enough by itself. */
export async function knownPerson(vault: Vault, connection: Connection, userKey: UserKey): Promise<KnownPerson | undefined> {
	if (userKey === SERVICE_ACCOUNT || isEmailForm(userKey)) return undefined;
	const { registration }: { registration: StoredRegistration } = connection;
	const tellers: Teller[] = [...(registration.policy.userIdentity === 'verifiedToken' ? [{ connection }] : []), ...(registration.portal?.signInMethod === 'openId' ? [{ portalId: portalIdOf(registration) }] : [])];
	for (const teller of tellers) {
		const known = await vault.identities.find(placeOf(teller, userKey), PERSON_MS);
		if (known !== undefined) return known.person;
	}
	return undefined;
}
