import { NodeOperationError, type ILoadOptionsFunctions, type INodeListSearchItems, type INodeListSearchResult } from 'n8n-workflow';

import { pageOf } from '../../methods/pageOf';
import { chosenObject, pickerApi } from '../../methods/pickerApi';
import { listViewsOf } from './listViews';

const BY_HAND = 'Choose "By Name" or "By URL"';

/** List views of the chosen object. @throws NodeOperationError that says what to enter by hand */
export async function searchListViews(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string): Promise<INodeListSearchResult> {
	const objectType = chosenObject(this);
	if (objectType === '') throw new NodeOperationError(this.getNode(), `Choose "Object Type" first. ${BY_HAND}`, { description: 'Where an expression names the object, there is no list' });
	const entries: INodeListSearchItems[] = [];
	for await (const { id, label } of listViewsOf(await pickerApi(this, BY_HAND), objectType)) entries.push({ name: label, value: id });
	return pageOf(entries, filter, paginationToken);
}
