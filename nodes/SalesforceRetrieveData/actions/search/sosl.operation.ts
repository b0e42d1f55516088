import type { INodeProperties } from 'n8n-workflow';

import { SoqlError } from '../../soql/soqlError';
import type { ItemApi } from '../../transport/salesforceApi';
import { queryParametersField } from '../fields';
import type { Operation } from '../operation';
import { textOf, wrongParameter } from '../parameters';
import { readBindings } from '../readFilters';
import { bindSearch } from './bindSearch';
import { rowsOf, type SearchAnswer } from './rows';

const show = { resource: ['search'], operation: ['sosl'] };

export const description: INodeProperties[] = [
	{
		displayName: 'SOSL',
		name: 'sosl',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		placeholder: 'FIND {:term} IN NAME FIELDS RETURNING Account(Name, Phone WHERE Industry = :industry LIMIT 20), Contact(Name)',
		description: 'The search; it finds what this user may see. Take in words from elsewhere by Query Parameters: {:term} finds the words, {":term"} the phrase, {:term*} also longer words.',
		displayOptions: { show },
	},
	queryParametersField(show),
];

/** @throws NodeOperationError */
function bindParameters(api: ItemApi, sosl: string): string {
	try {
		return bindSearch(sosl, readBindings(api));
	} catch (error) {
		throw error instanceof SoqlError ? wrongParameter(api, error.message, 'Query Parameters stand in the SOSL as :name') : error;
	}
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search.htm */
export const execute: Operation = async (api) => {
	const entered = textOf(api, 'sosl');
	if (entered === '') throw wrongParameter(api, 'The parameter "SOSL" is empty', 'Enter a search, e.g. FIND {Acme} RETURNING Account(Id, Name)');
	const sosl = bindParameters(api, entered);
	return await rowsOf(api, await api.getJson<SearchAnswer>(`${api.dataPath('/search')}/?q=${encodeURIComponent(sosl)}`, { about: 'search' }));
};
