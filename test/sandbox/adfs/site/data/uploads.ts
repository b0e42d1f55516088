// Uploads in pieces: begun, continued in order, finished or given up.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/solution-guidance/upload-large-files-sample-app-for-sharepoint
import { noUpload, uploadOffset } from '../errors';
import { ContentWriter, type Content } from './content';
import type { File } from './model';

interface Upload {
	readonly file: File;
	readonly writer: ContentWriter;
}

export class Uploads {
	private readonly open = new Map<string, Upload>();

	constructor(private readonly memoryBytes: () => number) {}

	/** @returns how many bytes there are now */
	async start(file: File, id: string, body: AsyncIterable<Buffer>): Promise<number> {
		if (this.open.has(id)) throw uploadOffset();
		const writer = new ContentWriter(this.memoryBytes());
		// A piece counts when it is whole: what broke off on the way leaves nothing behind.
		await writer.append(body);
		this.open.set(id, { file, writer });
		return writer.size;
	}

	async continue(file: File, id: string, offset: number, body: AsyncIterable<Buffer>): Promise<number> {
		const { writer } = this.find(file, id);
		if (offset !== writer.size) throw uploadOffset();
		const pieces: Buffer[] = [];
		for await (const piece of body) pieces.push(piece);
		for (const piece of pieces) writer.write(piece);
		return writer.size;
	}

	async finish(file: File, id: string, offset: number, body: AsyncIterable<Buffer>): Promise<Content> {
		await this.continue(file, id, offset, body);
		const { writer } = this.find(file, id);
		this.open.delete(id);
		return writer.finish();
	}

	cancel(file: File, id: string): void {
		this.find(file, id).writer.discard();
		this.open.delete(id);
	}

	private find(file: File, id: string): Upload {
		const upload = this.open.get(id);
		if (upload?.file !== file) throw noUpload();
		return upload;
	}
}
