// MD4, which NTLM is built on and Node's OpenSSL has no more.
// @see https://www.rfc-editor.org/rfc/rfc1320
const shifts = [[3, 7, 11, 19], [3, 5, 9, 13], [3, 9, 11, 15]] as const;
const orders = [
	[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
	[0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
	[0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;
const constants = [0, 0x5a827999, 0x6ed9eba1] as const;

function mix(round: number, x: number, y: number, z: number): number {
	if (round === 0) return (x & y) | (~x & z);
	return round === 1 ? (x & y) | (x & z) | (y & z) : x ^ y ^ z;
}

export function md4(message: Buffer): Buffer {
	const padded = Buffer.alloc((((message.length + 8) >> 6) + 1) * 64);
	message.copy(padded);
	padded[message.length] = 0x80;
	padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
	const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
	for (let block = 0; block < padded.length; block += 64) {
		const before = state.slice();
		for (let round = 0; round < 3; round++) {
			for (const [step, word] of orders[round]!.entries()) {
				// a, d, c, b take turns.
				const [a, b, c, d] = [0, 1, 2, 3].map((register) => (register + 4 - (step % 4)) % 4) as [number, number, number, number];
				const sum = (state[a]! + mix(round, state[b]!, state[c]!, state[d]!) + padded.readInt32LE(block + word * 4) + constants[round]!) | 0;
				const by = shifts[round]![step % 4]!;
				state[a] = (sum << by) | (sum >>> (32 - by));
			}
		}
		for (let register = 0; register < 4; register++) state[register] = (state[register]! + before[register]!) | 0;
	}
	return Buffer.from(new Uint8Array(state.buffer));
}
