// The one hash that SharePoint tells of a file. Byte n is XORed into 160 bits at bit 11·n mod 160; so 160 bytes
// later the same place comes again, and whole blocks can be added up as words.
// @see https://learn.microsoft.com/en-us/onedrive/developer/code-snippets/quickxorhash
const widthBits = 160;
const shift = 11;
const blockBytes = 160;

export class QuickXorHash {
	private readonly sums: Buffer;
	private length: number;

	constructor(from?: QuickXorHash) {
		this.sums = from ? Buffer.from(from.sums) : Buffer.alloc(blockBytes);
		this.length = from?.length ?? 0;
	}

	update(bytes: Uint8Array): void {
		let at = 0;
		let place = this.length % blockBytes;
		for (; at < bytes.length && place !== 0; at++, place = (place + 1) % blockBytes) this.sums[place]! ^= bytes[at]!;
		const blocks = Math.floor((bytes.length - at) / blockBytes);
		if (blocks > 0) {
			this.addBlocks(bytes.subarray(at, at + blocks * blockBytes));
			at += blocks * blockBytes;
		}
		for (place = 0; at < bytes.length; at++, place++) this.sums[place]! ^= bytes[at]!;
		this.length += bytes.length;
	}

	digest(): string {
		const result = Buffer.alloc(widthBits / 8);
		for (let place = 0; place < blockBytes; place++) {
			const bit = (place * shift) % widthBits;
			const [byte, offset] = [bit >> 3, bit & 7];
			result[byte]! ^= (this.sums[place]! << offset) & 0xff;
			if (offset > 0) result[(byte + 1) % result.length]! ^= this.sums[place]! >> (8 - offset);
		}
		const length = Buffer.alloc(8);
		length.writeBigUInt64LE(BigInt(this.length));
		for (let index = 0; index < 8; index++) result[result.length - 8 + index]! ^= length[index]!;
		return result.toString('base64');
	}

	/** Words of four bytes, from a copy where the bytes do not lie at a multiple of four. */
	private addBlocks(bytes: Uint8Array): void {
		const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
		const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
		const sums = new Uint32Array(blockBytes / 4);
		for (let block = 0; block < words.length; block += sums.length) {
			for (let index = 0; index < sums.length; index++) sums[index]! ^= words[block + index]!;
		}
		const asBytes = new Uint8Array(sums.buffer);
		for (let index = 0; index < blockBytes; index++) this.sums[index]! ^= asBytes[index]!;
	}
}
