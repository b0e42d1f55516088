// The search service, as far as sites and files: keyword queries with words, phrases, properties, AND, OR and parentheses.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/sharepoint-search-rest-api-overview
// @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/keyword-query-language-kql-syntax-reference
import type { Call } from '../call';
import { pathOf, type File, type Web } from '../data/model';
import { badQuery } from '../errors';

type Row = Readonly<Record<string, string>>;

export interface SearchRequest {
	readonly text: string;
	readonly startRow: number;
	readonly rowLimit: number;
	readonly select: readonly string[];
}

const defaultColumns = ['Rank', 'DocId', 'WorkId', 'Title', 'Author', 'Size', 'Path', 'Description', 'Write', 'SiteName', 'IsDocument', 'FileType', 'contentclass', 'SiteId', 'WebId', 'UniqueId'];
const mostRows = 500;

function siteRow(call: Call, web: Web): Row {
	const url = call.urlOf(web);
	return { Title: web.title, Path: url, Description: web.description, SiteName: url, SPWebUrl: url, SPSiteUrl: call.urlOf(web.parent ?? web), contentclass: web.parent ? 'STS_Web' : 'STS_Site', SiteId: web.siteId, WebId: web.id, IsDocument: 'false', Write: web.created, Author: '', FileType: '', FileExtension: '', Size: '0', UniqueId: `{${web.id}}`, WebTemplate: 'STS' };
}

function fileRow(call: Call, file: File): Row {
	const web = file.list.web;
	const extension = file.name.includes('.') ? file.name.split('.').at(-1)! : '';
	return { Title: file.name.replace(/\.[^.]*$/, ''), Filename: file.name, Path: `${call.site.origin}${pathOf(file)}`, Description: '', SiteName: call.urlOf(web), SPWebUrl: call.urlOf(web), SPSiteUrl: call.urlOf(web.parent ?? web), contentclass: 'STS_ListItem_DocumentLibrary', SiteId: web.siteId, WebId: web.id, ListId: file.list.id, ListItemID: String(file.item?.id ?? ''), UniqueId: `{${file.guid.toUpperCase()}}`, IsDocument: 'true', FileType: extension, FileExtension: extension, Size: String(file.versions.at(-1)!.content.size), Write: file.modified, Author: '' };
}

function everything(call: Call): Row[] {
	const webs = call.site.farm.webs.filter((web) => call.sees(web));
	const files = webs.flatMap(({ lists }) => lists.flatMap(({ items }) => [...items.values()].flatMap(({ entry }) => (entry?.kind === 'file' && !entry.isStub ? [entry] : []))));
	return [...webs.map((web) => siteRow(call, web)), ...files.map((file) => fileRow(call, file))];
}

type Test = (row: Row) => boolean;

/** Words side by side must all be there; the same property twice means either. */
function readKql(text: string): Test {
	const tokens = [...text.matchAll(/\s*(\(|\)|(?:\w+[:=])?"[^"]*"\*?|[^\s()"]+)/g)].map((match) => match[1]!);
	let at = 0;
	const term = (token: string): Test => {
		const [, property, , raw = ''] = /^(?:(\w+)([:=]))?(.*)$/s.exec(token)!;
		const words = raw.replaceAll('"', '').replace(/\*$/, '').toLowerCase();
		if (property === undefined) return (row) => [row['Title'], row['Filename'], row['Description']].some((text) => text?.toLowerCase().split(/[^\p{L}\p{N}]+/u).some((word) => (raw.endsWith('*') ? word.startsWith(words) : word === words)) || (raw.startsWith('"') && text?.toLowerCase().includes(words)));
		return (row) => {
			const found = Object.entries(row).find(([name]) => name.toLowerCase() === property.toLowerCase())?.[1]?.toLowerCase();
			if (found === undefined) return false;
			if (property.toLowerCase() === 'path') return found.startsWith(words);
			const bare = words.replace(/[{}]/g, '');
			if (property.toLowerCase() === 'isdocument') return found === (bare === '1' ? 'true' : bare === '0' ? 'false' : bare);
			return found.replace(/[{}]/g, '') === bare || (['title', 'filename', 'author', 'description'].includes(property.toLowerCase()) && found.split(/[^\p{L}\p{N}]+/u).some((word) => (raw.endsWith('*') || raw.endsWith('*"') ? word.startsWith(bare) : word === bare))) || (raw.endsWith('*') && found.startsWith(bare));
		};
	};
	const single = (): Test => {
		const token = tokens[at++];
		if (token === undefined) throw badQuery('The query is malformed.');
		if (token === 'NOT') {
			const inner = single();
			return (row) => !inner(row);
		}
		if (token !== '(') return term(token);
		const inner = either();
		if (tokens[at++] !== ')') throw badQuery('The query is malformed.');
		return inner;
	};
	const all = (): Test => {
		const tests = [single()];
		while (at < tokens.length && tokens[at] !== ')' && tokens[at] !== 'OR') {
			if (tokens[at] === 'AND') at++;
			tests.push(single());
		}
		return (row) => tests.every((test) => test(row));
	};
	function either(): Test {
		const tests = [all()];
		while (tokens[at] === 'OR') {
			at++;
			tests.push(all());
		}
		return (row) => tests.some((test) => test(row));
	}
	if (tokens.length === 0 || text.trim() === '*') return () => true;
	const test = either();
	if (at !== tokens.length) throw badQuery('The query is malformed.');
	return test;
}

/** The answer with `odata=nometadata`. @throws SiteError 400 */
export function search(call: Call, { text, startRow, rowLimit, select }: SearchRequest): object {
	if (rowLimit > mostRows) throw badQuery(`The row limit must be at most ${mostRows}.`);
	const matching = everything(call).filter(readKql(text));
	const rows = matching.slice(startRow, startRow + rowLimit);
	const columns = select.length > 0 ? select : defaultColumns;
	const cell = (key: string, value: string | null, type = 'Edm.String') => ({ Key: key, Value: value, ValueType: value === null ? 'Null' : type });
	const cells = (row: Row, rank: number) => ['Rank', 'DocId', ...columns.filter((name) => !['Rank', 'DocId'].includes(name))].map((name) => (name === 'Rank' ? cell(name, String(20 - rank / 10), 'Edm.Double') : name === 'DocId' ? cell(name, String(1_000 + rank), 'Edm.Int64') : cell(name, Object.entries(row).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? null)));
	return {
		ElapsedTime: 21,
		PrimaryQueryResult: {
			CustomResults: [],
			QueryId: '7d6e2a40-7d1f-4b2c-9e2a-0b7f9f1f2d11',
			QueryRuleId: '00000000-0000-0000-0000-000000000000',
			RefinementResults: null,
			RelevantResults: { GroupTemplateId: null, ItemTemplateId: null, Properties: [], ResultTitle: null, ResultTitleUrl: null, RowCount: rows.length, Table: { Rows: rows.map((row, index) => ({ Cells: cells(row, startRow + index) })) }, TotalRows: matching.length, TotalRowsIncludingDuplicates: matching.length },
			SpecialTermResults: null,
		},
		Properties: [{ Key: 'RowLimit', Value: String(rowLimit), ValueType: 'Edm.Int32' }],
		SecondaryQueryResults: [],
		SpellingSuggestion: '',
		TriggeredRules: [],
	};
}

/** GET: `querytext='…'` and its like, texts in quotes. POST: `{request: {Querytext, …}}`. */
export function readSearch(parameters: Readonly<Record<string, unknown>>): SearchRequest {
	const of = (name: string): unknown => Object.entries(parameters).find(([given]) => given.toLowerCase() === name)?.[1];
	const plain = (given: unknown): string => String(given ?? '').replace(/^'(.*)'$/s, '$1').replaceAll("''", "'");
	const number = (name: string, otherwise: number): number => (of(name) === undefined ? otherwise : Number(of(name)));
	const selected = of('selectproperties');
	const select = Array.isArray(selected) ? selected.map(String) : Array.isArray((selected as { results?: unknown } | undefined)?.results) ? (selected as { results: unknown[] }).results.map(String) : plain(selected).split(',').map((name) => name.trim()).filter(Boolean);
	return { text: plain(of('querytext')), startRow: number('startrow', 0), rowLimit: number('rowlimit', 10), select };
}
