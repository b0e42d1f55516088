import type { IDataObject } from 'n8n-workflow';

import { assertAllowed, PERSONAL_LINK_MS, portalIdOf, portalLinkFor } from '../../../lib/connections';
import type { Operation, OperationTools, Person } from './operation';

/** A portal with a sign-in of its own is opened by nothing else: its plain address is the way there. */
async function linkTo({ vault }: OperationTools['runtime'], { connection, userKey }: Person): Promise<IDataObject> {
	const { portal, portalUrl } = connection.registration;
	if (portal !== undefined && portal.signInMethod !== 'personalLink') return { signInUrl: portalUrl, personal: false, validUntil: null };
	const signInUrl = await portalLinkFor(vault, connection, userKey);
	return { signInUrl, personal: true, validUntil: new Date((await vault.nowMs()) + PERSONAL_LINK_MS).toISOString() };
}

/** One item for each portal: apps of one portal share its link. */
export const getSignInLink: Operation = async ({ runtime }, people) => {
	const portals = new Map<string, Person[]>();
	for (const person of people) {
		assertAllowed(person.connection, person.userKey);
		const id = portalIdOf(person.connection.registration);
		portals.set(id, [...(portals.get(id) ?? []), person]);
	}
	const items: IDataObject[] = [];
	for (const [first, ...others] of portals.values()) {
		if (first !== undefined) items.push({ user: first.named.user, ...(await linkTo(runtime, first)), apps: [first, ...others].map(({ named }) => named.app) });
	}
	return items;
};
