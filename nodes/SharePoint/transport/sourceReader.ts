import type { Readable } from 'node:stream';

import type { UploadSource } from './backend';

/** A small source as a whole. */
export async function readBytes(source: UploadSource): Promise<Uint8Array> {
	if (source.size === 0) return Buffer.alloc(0);
	const reader = new SourceReader(source, source.size);
	try {
		return await reader.at(0);
	} finally {
		reader.close();
	}
}

/** A source in pieces of one size, of which one is in memory. The same piece can be had again; going back further opens the source again. */
export class SourceReader {
	private stream: Readable | undefined;
	private bytes: AsyncIterator<Buffer> | undefined;
	/** Where the next byte of `bytes` lies, behind what is left over. */
	private position = 0;
	private leftOver: Buffer = Buffer.alloc(0);
	private last: { position: number; chunk: Buffer } | undefined;

	constructor(
		private readonly source: UploadSource,
		private readonly chunkBytes: number,
	) {}

	/** The piece that begins at `position`; shorter than the others at the end. @throws Error if the source has fewer bytes than it said */
	async at(position: number): Promise<Uint8Array> {
		if (this.last !== undefined && position >= this.last.position && position < this.last.position + this.last.chunk.length) {
			const rest = this.last.chunk.subarray(position - this.last.position);
			// The whole piece again, or what of it has not come through; the rest of the file follows in the usual pieces.
			if (rest.length === this.last.chunk.length || position + rest.length === this.source.size) return rest;
		}
		if (this.bytes === undefined || position !== this.position) await this.openAt(position);
		const chunk = await this.take(Math.min(this.chunkBytes, this.source.size - position));
		this.last = { position, chunk };
		this.position = position + chunk.length;
		return chunk;
	}

	close(): void {
		this.stream?.destroy();
		this.stream = undefined;
		this.bytes = undefined;
		this.leftOver = Buffer.alloc(0);
	}

	private async openAt(position: number): Promise<void> {
		this.close();
		this.stream = await this.source.open(position);
		this.bytes = (this.stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
		this.position = position;
	}

	private async take(length: number): Promise<Buffer> {
		const pieces: Buffer[] = [this.leftOver];
		let have = this.leftOver.length;
		while (have < length) {
			const next = await this.bytes!.next();
			if (next.done === true) throw new Error(`The binary data has only ${this.position + have} of its ${this.source.size} bytes`);
			const piece = next.value;
			pieces.push(piece);
			have += piece.length;
		}
		const all = Buffer.concat(pieces, have);
		// A copy: a view would keep the whole piece in memory.
		this.leftOver = Buffer.from(all.subarray(length));
		return all.subarray(0, length);
	}
}
