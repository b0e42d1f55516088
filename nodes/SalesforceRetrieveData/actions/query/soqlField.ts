import type { INodeProperties } from 'n8n-workflow';

import { bindParameters } from '../readFilters';
import type { ItemApi } from '../../transport/salesforceApi';
import { queryParametersField } from '../fields';
import { textOf, wrongParameter } from '../parameters';

const show = { resource: ['query'], operation: ['explain', 'soql'] };

/** The query and its parameters, the same for all that takes SOQL. */
export const soqlFields: INodeProperties[] = [
	{
		displayName: 'SOQL',
		name: 'soql',
		type: 'string',
		typeOptions: { rows: 8 },
		default: '',
		required: true,
		placeholder: 'SELECT Id, Name, Owner.Name FROM Account WHERE Industry = :industry AND CreatedDate = LAST_N_DAYS:30 ORDER BY Name',
		description:
			'The query; it returns what this user may see. Take values in by Query Parameters, as :name. Examples: <code>SELECT COUNT() FROM Lead</code>; <code>SELECT Name, (SELECT LastName FROM Contacts) FROM Account</code>; <code>SELECT StageName, SUM(Amount) total FROM Opportunity GROUP BY StageName</code>.',
		hint: 'Text from outside belongs into Query Parameters: <code>WHERE Name = :name</code>',
		displayOptions: { show },
	},
	queryParametersField(show),
];

/** @throws NodeOperationError if there is none, or its parameters do not fit */
export function readSoql(api: ItemApi): string {
	const soql = textOf(api, 'soql');
	if (soql === '') throw wrongParameter(api, 'The parameter "SOQL" is empty', 'Enter a query, e.g. SELECT Id, Name FROM Account');
	return bindParameters(api, soql);
}
