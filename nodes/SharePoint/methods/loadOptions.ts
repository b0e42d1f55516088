import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import { chosenList, pickerBackend } from './pickerBackend';

const BY_HAND = 'Enter the internal names of the columns by an expression';

/** The columns of the chosen list. @throws NodeOperationError that says how to name them by hand */
export async function getColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const backend = await pickerBackend(this, BY_HAND);
	const columns = (await backend.getColumns(chosenList(this, BY_HAND))).filter(({ hidden }) => !hidden);
	return columns.map(({ name, title }) => ({ name: title === name ? name : `${title} (${name})`, value: name })).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
