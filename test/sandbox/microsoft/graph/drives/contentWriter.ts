// Takes the bytes of an upload in pieces. A piece that breaks off is taken back whole, as an upload session does.
import { createHash, type Hash } from 'node:crypto';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droppedContent, fileContent, memoryContent, type Content } from './content';
import { QuickXorHash } from './quickXorHash';

const memoryBytes = 4 * 1024 * 1024;

/** Files without a name: gone with the process, whatever ends it. */
export class ContentFiles {
	private readonly handles = new Set<FileHandle>();

	async open(): Promise<FileHandle> {
		const folder = await mkdtemp(join(tmpdir(), 'graph-sandbox-'));
		const handle = await open(join(folder, 'content'), 'wx+');
		await rm(folder, { recursive: true });
		this.handles.add(handle);
		return handle;
	}

	async close(): Promise<void> {
		await Promise.all([...this.handles].map((handle) => handle.close()));
		this.handles.clear();
	}
}

export class ContentWriter {
	size = 0;
	private memory: Buffer[] = [];
	private handle: FileHandle | undefined;
	private sha256: Hash = createHash('sha256');
	private quickXor = new QuickXorHash();

	constructor(
		private readonly files: ContentFiles,
		private readonly keeps: boolean,
	) {}

	/**
	 * Resolves to the number of bytes that came; rejects with the stream's error, and then has nothing of them.
	 * @param limit more than this is not read: the answer is then a larger number
	 */
	async append(chunks: AsyncIterable<Buffer>, limit: number): Promise<number> {
		const before = { size: this.size, memory: [...this.memory], sha256: this.sha256.copy(), quickXor: new QuickXorHash(this.quickXor) };
		let came = 0;
		try {
			for await (const chunk of chunks) {
				came += chunk.length;
				if (came > limit) break;
				await this.write(chunk);
			}
		} catch (error) {
			this.restore(before);
			throw error;
		}
		if (came > limit) this.restore(before);
		return came;
	}

	finish(): Content {
		const hashes = { sha256: this.sha256.digest('hex'), quickXorHash: this.quickXor.digest() };
		if (this.size <= memoryBytes) return memoryContent(Buffer.concat(this.memory));
		return this.handle ? fileContent(this.handle, this.size, hashes) : droppedContent(this.size, hashes);
	}

	private restore(before: { size: number; memory: Buffer[]; sha256: Hash; quickXor: QuickXorHash }): void {
		Object.assign(this, before);
	}

	private async write(chunk: Buffer): Promise<void> {
		this.sha256.update(chunk);
		this.quickXor.update(chunk);
		if (this.size + chunk.length <= memoryBytes) this.memory.push(chunk);
		else if (this.keeps) await this.writeFile(chunk);
		this.size += chunk.length;
	}

	/** What is in memory is written once; it stays there for the case that the piece breaks off. */
	private async writeFile(chunk: Buffer): Promise<void> {
		if (!this.handle) {
			this.handle = await this.files.open();
			await this.handle.write(Buffer.concat(this.memory), 0, undefined, 0);
		}
		await this.handle.write(chunk, 0, undefined, this.size);
	}
}
