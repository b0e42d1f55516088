import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { pickerApi } from '../../methods/pickerApi';
import { quoteForLike } from '../../soql/literals';
import { queryPath, type QueryPage } from '../../transport/queryPages';

/** The next page of a query, and no other address: the token comes back from the browser. */
const NEXT_PAGE = /^\/services\/data\/v\d+\.\d\/query\/[\w-]+$/;

/** Reports by name, folder by folder. @throws NodeOperationError that says what to enter by hand */
export async function searchReports(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const api = await pickerApi(this, 'Choose "By ID" or "By URL": the address of a report holds its ID');
	const wanted = filter?.trim() ?? '';
	const where = wanted === '' ? '' : ` WHERE Name LIKE ${quoteForLike('%', wanted, '%')}`;
	const path = paginationToken !== undefined && NEXT_PAGE.test(paginationToken) ? paginationToken : queryPath(api, '/query', `SELECT Id, Name, FolderName FROM Report${where} ORDER BY Name, Id`);
	const { records, nextRecordsUrl } = await api.getJson<QueryPage>(path, { headers: { 'Sforce-Query-Options': 'batchSize=200' }, about: 'reports' });
	const results = records.map(({ Id, Name, FolderName }) => ({ name: typeof FolderName === 'string' ? `${String(Name)} (${FolderName})` : String(Name), value: String(Id), url: `${api.session.apiBaseUrl}/lightning/r/Report/${String(Id)}/view` }));
	return { results, ...(nextRecordsUrl !== undefined && { paginationToken: nextRecordsUrl }) };
}
