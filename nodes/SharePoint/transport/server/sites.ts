// Sites, their lists and columns.
import type { Backend, Column, ColumnType, List, ListAt, Site } from '../backend';
import { oncePerSession } from '../perSession';
import { aboutList, aboutSite, guidIn, listAddress, query, webAddress } from './addresses';
import { findRows, wordsInKql } from './searchRows';
import { optionalText, rowsOf, textOf, type Json, type ServerApi } from './serverApi';

const PAGE = 100;
const LIST_COLUMNS = [query('select', 'Id,Title,Description,BaseTemplate,BaseType,Hidden,Created,LastItemModifiedDate,RootFolder/ServerRelativeUrl'), query('expand', 'RootFolder')];
const lastPart = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? '';
const TEMPLATES: Record<number, string> = { 100: 'genericList', 101: 'documentLibrary', 102: 'survey', 103: 'links', 104: 'announcements', 105: 'contacts', 106: 'events', 107: 'tasks', 108: 'discussionBoard', 109: 'pictureLibrary', 119: 'sitePages' };

const TYPES: Record<string, ColumnType> = { Text: 'text', Note: 'note', Number: 'number', Currency: 'currency', DateTime: 'dateTime', Boolean: 'boolean', Choice: 'choice', MultiChoice: 'choice', User: 'person', UserMulti: 'person', Lookup: 'lookup', LookupMulti: 'lookup', URL: 'hyperlink', Calculated: 'calculated', File: 'text' };

/** @see https://learn.microsoft.com/en-us/previous-versions/office/developer/sharepoint-rest-reference/dn600182(v=office.15)#field-resource */
function columnOf(field: Json): Column {
	const kind = textOf(field.TypeAsString);
	const type = TYPES[kind] ?? 'other';
	return {
		name: textOf(field.InternalName),
		title: textOf(field.Title),
		type,
		multiple: kind.endsWith('Multi') || kind === 'MultiChoice' || field.AllowMultipleValues === true,
		dateOnly: type === 'dateTime' && field.DisplayFormat === 0,
		required: field.Required === true,
		readOnly: field.ReadOnlyField === true || type === 'calculated',
		hidden: field.Hidden === true,
		unique: field.EnforceUniqueValues === true,
		indexed: field.Indexed === true,
		description: textOf(field.Description),
		choices: Array.isArray(field.Choices) ? field.Choices.map(String) : [],
		...(type === 'lookup' && { lookup: { listId: guidIn(textOf(field.LookupList)) ?? '', column: textOf(field.LookupField) || 'Title' } }),
	};
}

/** Asked for once per session and list. */
export async function columnsOf(api: ServerApi, at: ListAt): Promise<Column[]> {
	const address = (await listAddress(api, at)).with('/fields');
	return await oncePerSession(api.session, `columns ${address}`, async () => rowsOf(await api.getJson(address, { about: aboutList(at) })).map(columnOf));
}

export function siteOperations(api: ServerApi): Pick<Backend, 'searchSites' | 'getSite' | 'getCurrentUser' | 'getLists' | 'getList' | 'getColumns'> {
	const absolute = (path: string): string => new URL(path, api.session.apiBaseUrl).href;
	const listOf = (list: Json): List => {
		const path = textOf((list.RootFolder as Json | undefined)?.ServerRelativeUrl);
		const template = Number(list.BaseTemplate);
		return { id: textOf(list.Id), name: lastPart(path), title: textOf(list.Title), description: textOf(list.Description), webUrl: absolute(path), template: TEMPLATES[template] ?? (list.BaseType === 1 ? 'documentLibrary' : 'genericList'), hidden: list.Hidden === true, ...(optionalText(list.Created) !== undefined && { created: textOf(list.Created) }), ...(optionalText(list.LastItemModifiedDate) !== undefined && { lastModified: textOf(list.LastItemModifiedDate) }) };
	};
	const siteOf = (web: Json): Site => ({ id: textOf(web.Id), name: lastPart(textOf(web.ServerRelativeUrl)), title: textOf(web.Title), description: textOf(web.Description), webUrl: textOf(web.Url), ...(optionalText(web.Created) !== undefined && { created: textOf(web.Created) }), ...(optionalText(web.LastItemModifiedDate) !== undefined && { lastModified: textOf(web.LastItemModifiedDate) }) });
	return {
		async searchSites(text, page) {
			const { rows, next } = await findRows(api, `${wordsInKql(text)} (contentclass:STS_Site OR contentclass:STS_Web)`.trim(), ['Title', 'Description', 'SPWebUrl', 'Path', 'WebId', 'SiteId', 'Write'], Number(page ?? 0), PAGE);
			const entries = rows.map(({ Title = '', Description = '', SPWebUrl, Path, WebId, SiteId, Write }) => {
				const webUrl = SPWebUrl ?? Path ?? '';
				return { id: guidIn(WebId ?? SiteId ?? '') ?? webUrl, name: lastPart(URL.canParse(webUrl) ? new URL(webUrl).pathname : ''), title: Title, description: Description, webUrl, ...(Write !== undefined && { lastModified: Write }) };
			});
			return { entries, ...(next !== undefined && { next: String(next) }) };
		},
		getSite: async (site) => siteOf(await api.getJson((await webAddress(api, site)).with(), { about: aboutSite(site) })),
		async getCurrentUser(site) {
			const { Id, Title, Email, LoginName, UserPrincipalName, IsSiteAdmin } = await api.getJson((await webAddress(api, site)).with('/currentuser'), { about: 'current user' });
			return { id: String(Id), name: textOf(Title), ...(optionalText(Email) !== undefined && { email: textOf(Email) }), loginName: textOf(LoginName), ...(optionalText(UserPrincipalName) !== undefined && { userPrincipalName: textOf(UserPrincipalName) }), isSiteAdmin: IsSiteAdmin === true };
		},
		async getLists(site, { hidden }) {
			const web = await webAddress(api, site);
			return { entries: rowsOf(await api.getJson(web.with('/lists', ...LIST_COLUMNS, ...(hidden ? [] : [query('filter', 'Hidden eq false')])), { about: aboutSite(site) })).map(listOf) };
		},
		getList: async (at) => listOf(await api.getJson((await listAddress(api, at)).with('', ...LIST_COLUMNS), { about: aboutList(at) })),
		getColumns: async (at) => await columnsOf(api, at),
	};
}
