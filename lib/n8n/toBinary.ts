import { Readable } from 'node:stream';

import { NodeOperationError, type IBinaryData, type IExecuteFunctions } from 'n8n-workflow';

/**
 * Byte by byte from the network to where n8n keeps binary data; the stream is read to its end or destroyed.
 * @throws NodeOperationError if the file breaks off
 */
export async function toBinary(context: IExecuteFunctions, itemIndex: number, body: Readable, name: string, mimeType: string | undefined): Promise<IBinaryData> {
	// Of a bare HTTP answer n8n would believe the content type, and that is often "octet-stream" whatever it is.
	const bytes = Readable.from(body, { objectMode: false });
	let failure: unknown;
	bytes.once('error', (error) => (failure = error));
	try {
		return await context.helpers.prepareBinaryData(bytes, name, mimeType);
	} catch (error) {
		const reason = failure ?? error;
		if (reason instanceof NodeOperationError) throw reason;
		throw new NodeOperationError(context.getNode(), `The file "${name}" broke off: ${reason instanceof Error ? reason.message : String(reason)}`, { itemIndex, description: 'Run the flow again; if it happens at the same place, check the network and where n8n keeps binary data' });
	} finally {
		body.destroy();
	}
}
