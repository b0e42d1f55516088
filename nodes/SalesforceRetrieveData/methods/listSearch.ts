// The lists that pickers search: objects, fields, relationships. Each takes what was typed and a page's token.
import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

import { describeObject, type DescribedField, type DescribedObject } from '../transport/describe';
import { listObjects } from '../transport/listObjects';
import { entriesOf, pageOf } from './pageOf';
import { describeChosen, pickerApi } from './pickerApi';

export { searchListViews } from '../actions/listView/pickers';
export { searchReports } from '../actions/report/pickers';

const BY_NAME = 'Choose "By Name" and enter the API name';

/** Objects that a query can read. */
export async function searchObjects(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const objects = await listObjects(await pickerApi(this, `${BY_NAME}, e.g. Account`));
	return pageOf(entriesOf(objects.filter(({ queryable }) => queryable)), filter, paginationToken);
}

/** Fields of the object, and what a dot leads to: `Owner.` goes on with the fields of the owner. */
export async function searchFields(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const byHand = `${BY_NAME}, e.g. Name or Owner.Name`;
	const described = await describeChosen(this, byHand);
	const path = (filter ?? '').split('.');
	const last = path.pop() ?? '';
	let at = described;
	for (const name of path) {
		const target = parentsOf(at).find(({ relationshipName }) => relationshipName?.toLowerCase() === name.trim().toLowerCase())?.referenceTo?.[0];
		if (target === undefined) return { results: [] };
		at = await describeObject(await pickerApi(this, byHand), target);
	}
	const prefix = path.map((name) => `${name.trim()}.`).join('');
	const entries = [...entriesOf(at.fields), ...parentsOf(at).map(({ relationshipName }): INodeListSearchItems => ({ name: `${relationshipName}. …`, value: `${relationshipName}.Name`, description: `Type ${prefix}${relationshipName} and a dot to see its fields` }))];
	const page = pageOf(entries, last, paginationToken);
	// Only now: what was typed before the last dot must not match every entry, and the chosen name must say whose field it is.
	return { ...page, results: page.results.map((entry) => ({ ...entry, name: `${prefix}${entry.name}`, value: `${prefix}${String(entry.value)}` })) };
}

/** Fields that lead to one other object. */
function parentsOf({ fields }: DescribedObject): DescribedField[] {
	return fields.filter(({ relationshipName, referenceTo = [] }) => typeof relationshipName === 'string' && relationshipName !== '' && referenceTo.length > 0);
}

export async function searchExternalIdFields(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const { fields } = await describeChosen(this, `${BY_NAME}, e.g. Customer_Number__c`);
	return pageOf(entriesOf(fields.filter(({ externalId, idLookup }) => externalId === true || idLookup === true)), filter, paginationToken);
}

function childEntries({ childRelationships }: DescribedObject): INodeListSearchItems[] {
	const followed = childRelationships.filter(({ relationshipName, deprecatedAndHidden }) => typeof relationshipName === 'string' && relationshipName !== '' && deprecatedAndHidden !== true);
	return followed.map(({ relationshipName, childSObject }): INodeListSearchItems => ({ name: `${relationshipName} (${childSObject})`, value: relationshipName! })).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

export async function searchChildRelationships(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	return pageOf(childEntries(await describeChosen(this, `${BY_NAME}, e.g. Contacts`)), filter, paginationToken);
}

/** Down to children and up to parents. */
export async function searchRelationships(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const described = await describeChosen(this, `${BY_NAME}, e.g. Contacts or Owner`);
	const up = parentsOf(described).map(({ relationshipName, referenceTo = [] }): INodeListSearchItems => ({ name: `${relationshipName} (up to ${referenceTo.join(', ')})`, value: relationshipName! }));
	return pageOf([...childEntries(described), ...up], filter, paginationToken);
}
