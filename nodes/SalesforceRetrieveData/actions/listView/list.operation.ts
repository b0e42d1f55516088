import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { limitFields, objectTypeField } from '../fields';
import type { Operation } from '../operation';
import { limitOf, objectTypeOf } from '../parameters';
import { listViewsOf } from './listViews';

const show = { resource: ['listView'], operation: ['list'] };

export const description: INodeProperties[] = [objectTypeField(show, 'The object whose list views are wanted'), ...limitFields(show)];

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_listviews.htm */
export const execute: Operation = async (api) => {
	const objectType = objectTypeOf(api);
	const limit = limitOf(api);
	const found: IDataObject[] = [];
	for await (const view of listViewsOf(api, objectType)) {
		found.push({ ...view });
		if (found.length >= limit) break;
	}
	return found;
};
