// The bytes of a file: in memory while they are few, else in a file of the system without a name, or made from a seed.
// A file of 2 GB takes no more memory than one of 4 MB.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { FileHandle } from 'node:fs/promises';
import { QuickXorHash } from './quickXorHash';

export interface Content {
	readonly size: number;
	/** Undefined while it is not known: SharePoint, too, tells it "if available". */
	readonly quickXorHash: string | undefined;
	/** Hex. Graph does not tell it; tests ask for it. */
	readonly sha256: string;
	/** From `start` up to, not including, `end`. Throws where the bytes were not kept. */
	read(start: number, end: number): Readable;
}

export function memoryContent(bytes: Buffer): Content {
	return { size: bytes.length, ...hashesOf([bytes]), read: (start, end) => Readable.from([bytes.subarray(start, end)].filter(({ length }) => length > 0)) };
}

export function fileContent(handle: FileHandle, size: number, hashes: Pick<Content, 'quickXorHash' | 'sha256'>): Content {
	return {
		size,
		...hashes,
		read: (start, end) => (start === end ? Readable.from([]) : createReadStream('', { fd: handle.fd, autoClose: false, start, end: end - 1, highWaterMark: 1024 * 1024 })),
	};
}

export function droppedContent(size: number, hashes: Pick<Content, 'quickXorHash' | 'sha256'>): Content {
	return {
		size,
		...hashes,
		read: () => {
			throw new Error('the bytes were not kept: set graphKeepsContent before the upload');
		},
	};
}

/** Not a power of two, so that a part of a file put in the wrong place shows. */
const patternBytes = 1_048_573;
const patterns = new Map<string, Buffer>();

function patternOf(seed: string): Buffer {
	const known = patterns.get(seed);
	if (known) return known;
	const parts: Buffer[] = [];
	for (let index = 0, length = 0; length < patternBytes; index++, length += 32) parts.push(createHash('sha256').update(`${seed} ${index}`).digest());
	const pattern = Buffer.concat(parts).subarray(0, patternBytes);
	patterns.set(seed, pattern);
	return pattern;
}

function* madeBytes(seed: string, start: number, end: number): Iterable<Buffer> {
	const pattern = patternOf(seed);
	for (let at = start; at < end; ) {
		const offset = at % patternBytes;
		const chunk = pattern.subarray(offset, Math.min(patternBytes, offset + end - at));
		yield chunk;
		at += chunk.length;
	}
}

/** Above this the listing of a folder would wait for the hash. */
const hashedBytes = 64 * 1024 * 1024;

/** Byte n depends on the seed and n alone. Hashes are taken when somebody asks. */
export function madeContent(seed: string, size: number): Content {
	let hashes: ReturnType<typeof hashesOf> | undefined;
	const known = () => (hashes ??= hashesOf(madeBytes(seed, 0, size)));
	return {
		size,
		get quickXorHash() {
			return size <= hashedBytes ? known().quickXorHash : hashes?.quickXorHash;
		},
		get sha256() {
			return known().sha256;
		},
		read: (start, end) => Readable.from(madeBytes(seed, start, end), { objectMode: false, highWaterMark: 1024 * 1024 }),
	};
}

function hashesOf(chunks: Iterable<Buffer>): { quickXorHash: string; sha256: string } {
	const [sha256, quickXor] = [createHash('sha256'), new QuickXorHash()];
	for (const chunk of chunks) {
		sha256.update(chunk);
		quickXor.update(chunk);
	}
	return { quickXorHash: quickXor.digest(), sha256: sha256.digest('hex') };
}
