// People as a site knows them: Graph writes and reads them by their number in the site's hidden list of users.
// @see https://learn.microsoft.com/en-us/graph/api/resources/fieldvalueset
import { NodeOperationError } from 'n8n-workflow';

import type { PersonRef, SiteRef } from '../backend';
import { severalPeople } from '../people';
import { oncePerSession } from '../perSession';
import { quoted, sitePath } from './addresses';
import { optionalText, type GraphApi, type Json } from './graphApi';

export const NOT_INDEXED = { prefer: 'HonorNonIndexedQueriesWarningMayFailRandomly' };
const USERS = `/lists/${encodeURIComponent('User Information List')}/items`;
const FIELDS = '$expand=fields($select=Title,EMail)';

export interface SiteUser {
	id: number;
	name?: string;
	email?: string;
}

function userOf({ id, fields }: Json): SiteUser {
	const { Title, EMail } = (fields ?? {}) as Json;
	return { id: Number(id), ...(optionalText(Title) !== undefined && { name: optionalText(Title) }), ...(optionalText(EMail) !== undefined && { email: optionalText(EMail) }) };
}

/** Undefined where the list of users may not be read: then a number has to do. */
export async function siteUserAt(api: GraphApi, site: SiteRef, id: number): Promise<SiteUser | undefined> {
	const path = `${await sitePath(api, site)}${USERS}/${id}?${FIELDS}`;
	return await oncePerSession(api.session, path, async () => {
		const response = await api.send(path, { about: `person ${id}`, accepts: [403, 404] });
		return response.status === 200 ? userOf((await response.json()) as Json) : undefined;
	});
}

/** @throws NodeOperationError if the site does not know the person, or several by that address */
export async function siteUserIdOf(api: GraphApi, site: SiteRef, person: PersonRef): Promise<number> {
	if ('id' in person) return person.id;
	const path = `${await sitePath(api, site)}${USERS}?${FIELDS}&$filter=${encodeURIComponent(`fields/EMail eq ${quoted(person.email)}`)}`;
	const [found, ...others] = await oncePerSession(api.session, path.toLowerCase(), async () => {
		const { value = [] } = await api.getJson<{ value?: Json[] }>(path, { headers: NOT_INDEXED, about: 'people of the site' });
		return value.map(userOf);
	});
	if (found !== undefined && others.length > 0) throw severalPeople(api, person.email, [found, ...others]);
	if (found === undefined) {
		throw new NodeOperationError(api.node, `The site knows nobody with the e-mail address ${person.email}`, { itemIndex: api.itemIndex, description: 'A site knows people who have visited it or were given access to it: share it with the person once, or give the number that the site has for them' });
	}
	return found.id;
}
