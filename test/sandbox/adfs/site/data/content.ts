// What files hold, in flat memory: short contents in memory, longer ones in files that are unlinked at once, generated ones nowhere.
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

export interface Content {
	readonly size: number;
	readonly sha256: string;
	open(range?: { start: number; end: number }): Readable;
}

/** Grows by pieces: an upload in one request, or in chunks. */
export class ContentWriter {
	private readonly hash = createHash('sha256');
	private memory: Buffer[] = [];
	private file: number | undefined;
	size = 0;

	constructor(private readonly memoryBytes: number) {}

	write(piece: Buffer): void {
		this.hash.update(piece);
		if (this.file === undefined && this.size + piece.length > this.memoryBytes) {
			this.file = openUnlinked();
			for (const [index, kept] of this.memory.entries()) writeAll(this.file, kept, sum(this.memory.slice(0, index)));
			this.memory = [];
		}
		if (this.file === undefined) this.memory.push(piece);
		else writeAll(this.file, piece, this.size);
		this.size += piece.length;
	}

	async append(stream: AsyncIterable<Buffer>): Promise<void> {
		for await (const piece of stream) this.write(piece);
	}

	finish(): Content {
		const { file, size } = this;
		const sha256 = this.hash.digest('hex');
		if (file === undefined) return contentOf(Buffer.concat(this.memory), sha256);
		return { size, sha256, open: (range = { start: 0, end: size - 1 }) => createReadStream('', { fd: file, autoClose: false, ...range }) };
	}

	discard(): void {
		if (this.file !== undefined) closeSync(this.file);
	}
}

const sum = (buffers: readonly Buffer[]): number => buffers.reduce((total, { length }) => total + length, 0);

function writeAll(file: number, piece: Buffer, position: number): void {
	for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written, piece.length - written, position + written);
}

/** Its space is free again when this process ends, whatever happens. */
function openUnlinked(): number {
	const path = join(tmpdir(), `sandbox-site-${randomUUID()}`);
	const file = openSync(path, 'wx+', 0o600);
	unlinkSync(path);
	return file;
}

export function contentOf(bytes: Buffer, sha256 = createHash('sha256').update(bytes).digest('hex')): Content {
	return { size: bytes.length, sha256, open: (range = { start: 0, end: bytes.length - 1 }) => Readable.from(bytes.length === 0 ? [] : [bytes.subarray(range.start, range.end + 1)], { objectMode: false }) };
}

const period = 251;
const pieceBytes = 251 * 256;
const piece = Buffer.from(Array.from({ length: pieceBytes + period }, (_, index) => index % period));

/** Byte n is n modulo 251. */
export function generated(size: number): Content {
	function* bytes(start: number, end: number): Generator<Buffer> {
		for (let at = start; at < end; at += pieceBytes) yield piece.subarray(at % period, (at % period) + Math.min(pieceBytes, end - at));
	}
	return {
		size,
		get sha256() {
			const hash = createHash('sha256');
			for (const part of bytes(0, size)) hash.update(part);
			return hash.digest('hex');
		},
		open: ({ start, end } = { start: 0, end: size - 1 }) => Readable.from(bytes(start, end + 1), { objectMode: false }),
	};
}
