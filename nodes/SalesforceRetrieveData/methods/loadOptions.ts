import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { entriesOf } from './pageOf';
import { describeChosen } from './pickerApi';

/** All fields of the chosen object. @throws NodeOperationError that says how to name them by hand */
export async function getFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { fields } = await describeChosen(this, 'Enter the names under "Further Fields"');
	return entriesOf(fields);
}
