// Real PDF files, small: pages of text, files attached, and the mark that a signature leaves.
// @see ISO 32000-1, 7.5 (file structure), 7.5.6 (incremental updates), 7.11.4 (embedded files)
import { createHash } from 'node:crypto';

export interface PdfPage {
	readonly lines: readonly string[];
}

export interface PdfAttachment {
	readonly name: string;
	readonly content: Buffer;
}

const linesOfAPage = 48;

/** A file whose pages show the lines, in Helvetica on Letter. Long pages go on on another one. */
export function buildPdf(title: string, pages: readonly PdfPage[], attachments: readonly PdfAttachment[] = []): Buffer {
	const sheets = pages.flatMap(({ lines }) => Array.from({ length: Math.max(1, Math.ceil(lines.length / linesOfAPage)) }, (_, index) => lines.slice(index * linesOfAPage, (index + 1) * linesOfAPage)));
	const objects: Buffer[] = [];
	const add = (content: string | Buffer): number => objects.push(Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1'));
	// 1 to 3 are the catalog, the pages and the font: they name what comes after them.
	objects.push(Buffer.alloc(0), Buffer.alloc(0), Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'));
	const kids = sheets.map((lines) => {
		const text = `BT /F1 11 Tf 14 TL 54 740 Td ${lines.map((line) => `${literal(line)} Tj T*`).join(' ')} ET`;
		const contents = add(stream('', Buffer.from(text, 'latin1')));
		return add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${contents} 0 R >>`);
	});
	const files = attachments.map(({ name, content }) => {
		const file = add(stream(`/Type /EmbeddedFile /Params << /Size ${content.length} >>`, content));
		return { name, specification: add(`<< /Type /Filespec /F ${literal(name)} /UF ${literal(name)} /EF << /F ${file} 0 R >> >>`) };
	});
	const names = files.length > 0 ? ` /Names << /EmbeddedFiles << /Names [${files.map(({ name, specification }) => `${literal(name)} ${specification} 0 R`).join(' ')}] >> >>` : '';
	objects[0] = Buffer.from(`<< /Type /Catalog /Pages 2 0 R${names} >>`, 'latin1');
	objects[1] = Buffer.from(`<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`);
	const info = add(`<< /Title ${literal(title)} /Producer ${literal('Sandbox')} >>`);
	return assemble(objects, info);
}

function assemble(objects: readonly Buffer[], info: number): Buffer {
	const chunks: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
	const offsets: number[] = [];
	let length = chunks[0]!.length;
	objects.forEach((content, index) => {
		offsets.push(length);
		const object = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), content, Buffer.from('\nendobj\n')]);
		chunks.push(object);
		length += object.length;
	});
	const id = createHash('md5').update(Buffer.concat(chunks)).digest('hex');
	const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	chunks.push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${info} 0 R /ID [<${id}> <${id}>] >>\nstartxref\n${length}\n%%EOF\n`));
	return Buffer.concat(chunks);
}

/**
 * The file with an incremental update behind it that says in its document information who has signed. All bytes of the original
 * stay, as after any signature. Files whose end cannot be read are left as they are.
 */
export function stampPdf(original: Buffer, title: string, subject: string): Buffer {
	const text = original.toString('latin1');
	const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1];
	const root = [...text.matchAll(/\/Root\s+(\d+\s+\d+\s+R)/g)].at(-1)?.[1];
	const size = Number([...text.matchAll(/\/Size\s+(\d+)/g)].at(-1)?.[1]);
	if (previous === undefined || root === undefined || !Number.isInteger(size)) return original;
	const head = text.endsWith('\n') ? '' : '\n';
	const object = `${size} 0 obj\n<< /Title ${literal(title)} /Subject ${literal(subject)} /Producer ${literal('Sandbox')} >>\nendobj\n`;
	const offset = original.length + head.length;
	const update = `${head}${object}xref\n${size} 1\n${String(offset).padStart(10, '0')} 00000 n \ntrailer\n<< /Size ${size + 1} /Root ${root} /Info ${size} 0 R /Prev ${previous} >>\nstartxref\n${offset + object.length}\n%%EOF\n`;
	return Buffer.concat([original, Buffer.from(update, 'latin1')]);
}

function stream(dictionary: string, content: Buffer): Buffer {
	return Buffer.concat([Buffer.from(`<< ${dictionary} /Length ${content.length} >>\nstream\n`), content, Buffer.from('\nendstream')]);
}

/** WinAnsi has no more than Latin. */
function literal(text: string): string {
	return `(${text.replace(/[^\x20-\xff]/g, '?').replace(/[\\()]/g, (character) => `\\${character}`)})`;
}
