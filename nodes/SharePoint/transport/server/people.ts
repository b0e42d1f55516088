// People and lookups by what they show, turned into the numbers that a site has for them.
import { NodeOperationError } from 'n8n-workflow';

import type { Column, LookupRef, PersonRef, SiteRef } from '../backend';
import { severalPeople } from '../people';
import { oncePerSession } from '../perSession';
import { listAddress, query, quoted, webAddress } from './addresses';
import { isFailure, optionalText, rowsOf, type Json, type ServerApi } from './serverApi';

/** @throws NodeOperationError if the server knows nobody of that name, or the site several by that address */
export async function personIdOf(api: ServerApi, site: SiteRef, person: PersonRef): Promise<number> {
	if ('id' in person) return person.id;
	const web = await webAddress(api, site);
	return await oncePerSession(api.session, `person ${web.path} ${person.email.toLowerCase()}`, async () => {
		const known = person.email.includes('@') ? rowsOf(await api.getJson(web.with('/siteusers', query('select', 'Id,Title'), query('filter', `Email eq ${quoted(person.email)}`)), { about: 'people of the site' })) : [];
		if (known.length > 1) throw severalPeople(api, person.email, known.map(({ Id, Title }) => ({ id: Number(Id), name: optionalText(Title) })));
		if (known[0] !== undefined) return Number(known[0].Id);
		// Whom the site does not know yet, the directory may.
		const answer = await api.send(web.with('/ensureuser'), { json: { logonName: person.email }, about: `person ${person.email}`, accepts: ({ status }) => status === 400 || status === 404 });
		if (isFailure(answer)) throw new NodeOperationError(api.node, `SharePoint Server knows nobody called ${person.email}`, { itemIndex: api.itemIndex, description: `Give an e-mail address, a login (DOMAIN\\user), or the number that the site has for the person${answer.message === '' ? '' : `. ${answer.message}`}` });
		return Number(((await answer.json()) as Json).Id);
	});
}

/** @throws NodeOperationError if there is no such item, or more than one */
export async function lookupIdOf(api: ServerApi, site: SiteRef, { name, lookup }: Column, wanted: LookupRef): Promise<number> {
	if ('id' in wanted) return wanted.id;
	if (lookup === undefined || lookup.listId === '') throw new NodeOperationError(api.node, `SharePoint does not tell which list the column ${name} looks into`, { itemIndex: api.itemIndex, description: 'Give the id of the item' });
	const address = await listAddress(api, { site, list: lookup.listId });
	// Two are enough to know that it is not one.
	const url = address.with('/items', query('select', 'Id'), query('top', '2'), query('filter', `${propertyOf(lookup.column)} eq ${quoted(wanted.value)}`));
	const ids = await oncePerSession(api.session, url, async () => rowsOf(await api.getJson(url, { about: `list that ${name} looks into` })).map(({ Id }) => Number(Id)));
	if (ids.length !== 1) throw new NodeOperationError(api.node, `The column ${name} looks into a list that has ${ids.length === 0 ? 'no item' : 'several items'} "${wanted.value}" (${lookup.column})`, { itemIndex: api.itemIndex, description: 'Check the value, or give the id of the item' });
	return ids[0]!;
}

/** The name of a column in JSON and in filters: one that begins with an underscore gets a prefix. */
export function propertyOf(name: string): string {
	return name.startsWith('_') ? `OData_${name}` : name;
}
