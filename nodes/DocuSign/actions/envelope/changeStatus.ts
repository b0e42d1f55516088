import type { IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';
import { envelopeIdOf } from '../parameters';

/** Changes an envelope once; where the answer is lost, its status tells whether it was done. */
export async function changeStatus(api: ItemApi, change: IDataObject, isDone: (status: string) => boolean): Promise<IDataObject> {
	const envelopeId = envelopeIdOf(api);
	const about = `envelope ${envelopeId}`;
	const statusOf = async (): Promise<string> => String((await api.get(`/envelopes/${envelopeId}`, { about })).status ?? '');
	const recover = async () => {
		const status = await statusOf();
		return isDone(status) ? { envelopeId } : undefined;
	};
	await api.send('PUT', `/envelopes/${envelopeId}`, change, { about, recover });
	return { envelopeId, accountId: api.account.id, status: change.status };
}
