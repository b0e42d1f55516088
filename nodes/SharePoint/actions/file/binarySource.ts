import { Readable } from 'node:stream';

import type { UploadSource } from '../../transport/backend';
import type { ItemApi } from '../operation';
import { textOf, wrongParameter } from '../parameters';

/** The binary data of the item, to be read from any place; of large data only a piece is in memory at a time. @throws NodeOperationError */
export async function binarySource(api: ItemApi): Promise<{ source: UploadSource; fileName: string | undefined }> {
	const { context, itemIndex } = api;
	const property = textOf(api, 'binaryPropertyName', 'data');
	if (property === '') throw wrongParameter(api, 'The parameter "Input Binary Field" is empty', 'For example data');
	const binary = context.helpers.assertBinaryData(itemIndex, property);
	const { id, fileName, mimeType } = binary;
	if (id === undefined) {
		// n8n keeps it in the item itself: it is in memory already.
		const bytes = Buffer.from(binary.data, 'base64');
		return { fileName, source: { size: bytes.length, mimeType, open: async (offset) => await Promise.resolve(Readable.from([bytes.subarray(offset)])) } };
	}
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	return { fileName, source: { size: fileSize, mimeType, open: async (offset) => from(await context.helpers.getBinaryStream(id), offset) } };
}

/** n8n gives a whole file only: what comes before is read and dropped. */
function from(stream: Readable, offset: number): Readable {
	if (offset === 0) return stream;
	const rest = async function* (): AsyncGenerator<Buffer, void, undefined> {
		let skipped = 0;
		for await (const piece of stream as AsyncIterable<Buffer>) {
			if (skipped + piece.length <= offset) skipped += piece.length;
			else {
				yield skipped < offset ? piece.subarray(offset - skipped) : piece;
				skipped = Math.max(skipped, offset);
			}
		}
	};
	return Readable.from(rest(), { objectMode: false });
}
