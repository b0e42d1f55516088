// A ZIP file, stored without compression: PDFs hardly get smaller.
// @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3)
import { crc32 } from 'node:zlib';

export interface ZipEntry {
	readonly name: string;
	readonly content: Buffer;
}

/** Names are UTF-8 (bit 11); the time is the first that the format knows, so that the same entries are the same bytes. */
export function buildZip(entries: readonly ZipEntry[]): Buffer {
	const locals: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const { name, content } of entries) {
		const nameBytes = Buffer.from(name, 'utf8');
		const common = commonHeader(content, nameBytes.length);
		const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, content]);
		// version made by, then the common part, then comment length, disk, attributes and where the entry begins
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, nameBytes]));
		locals.push(local);
		offset += local.length;
	}
	const directory = Buffer.concat(central);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(entries.length, 8);
	end.writeUInt16LE(entries.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...locals, directory, end]);
}

/** version needed, flags, method, time, date, CRC, sizes, name length, extra length */
function commonHeader(content: Buffer, nameLength: number): Buffer {
	const header = Buffer.alloc(26);
	header.writeUInt16LE(20, 0);
	header.writeUInt16LE(0x0800, 2);
	header.writeUInt16LE(0x21, 8);
	header.writeUInt32LE(crc32(content), 10);
	header.writeUInt32LE(content.length, 14);
	header.writeUInt32LE(content.length, 18);
	header.writeUInt16LE(nameLength, 22);
	return header;
}
