import { Transform } from 'node:stream';

import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { PageReader, type PageHead } from '../../../nodes/SalesforceRetrieveData/transport/large/pageReader';
import type { QueryPage } from '../../../nodes/SalesforceRetrieveData/transport/queryPages';
import { readRows } from '../../../nodes/SalesforceRetrieveData/transport/large/rowSource';
import { all, asked, play, QUERY, useApiWorld } from './largeWorld';

function read(text: string, { withAttributes = false, cuts = [] as readonly number[] } = {}): { page: QueryPage; heads: PageHead[] } {
	const heads: PageHead[] = [];
	const reader = new PageReader(withAttributes, (head) => heads.push(head));
	const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
	for (const [index, end] of at.slice(1).entries()) reader.push(text.slice(at[index], end));
	return { page: reader.end(), heads };
}

const attributesOf = (id: number) => ({ type: 'Contact', url: `/services/data/v62.0/sobjects/Contact/${id}` });
const nasty = fc.string({ unit: fc.constantFrom('"', '\\', ',', '{', '}', '"attributes"', ',{"attributes":{"type":"', '"records":[', 'a', 'ä', '\n'), maxLength: 8 });
const parent = fc.option(fc.record({ Name: nasty, Owner: fc.option(fc.record({ Name: nasty })) }));
const plainRecords = fc.array(fc.record({ Name: nasty, Amount: fc.double({ noNaN: true, noDefaultInfinity: true }), Account: parent }), { maxLength: 6 });
/** So long that it is not parsed at once. */
const filler = 'x'.repeat(9_000);

function withAttributes(record: IDataObject, id = 1): IDataObject {
	const made: IDataObject = { attributes: attributesOf(id) };
	for (const [name, value] of Object.entries(record)) made[name] = typeof value === 'object' && value !== null ? withAttributes(value as IDataObject, id + 1) : value;
	return made;
}

describe('a page of rows', () => {
	const normal = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

	it('is what its JSON says, less the attributes, wherever its pieces are cut', () => {
		fc.assert(
			fc.property(plainRecords, fc.array(fc.nat({ max: 100_000 }), { maxLength: 12 }), fc.boolean(), (plain, cuts, isKept) => {
				const rows = plain.map((record) => ({ ...record, Filler: filler })) as unknown as IDataObject[];
				const written = rows.map((record) => withAttributes(record));
				const text = JSON.stringify({ totalSize: 7, done: false, nextRecordsUrl: '/next', records: written });
				const { page, heads } = read(text, { withAttributes: isKept, cuts });
				expect(page).toEqual(normal({ totalSize: 7, done: false, nextRecordsUrl: '/next', records: isKept ? written : rows }));
				expect(heads).toEqual([{ totalSize: 7, nextRecordsUrl: '/next' }]);
			}),
			{ numRuns: 300 },
		);
	});

	it('may tell of the next page behind its records, be indented, or have its fields in another order', () => {
		const records = Array.from({ length: 20 }, (_, index) => ({ ...withAttributes({ Name: filler, Account: { Name: 'A' } }, index), Last: index }));
		const plain = Array.from({ length: 20 }, (_, index) => ({ Name: filler, Account: { Name: 'A' }, Last: index }));
		for (const text of [JSON.stringify({ records, done: false, totalSize: 20, nextRecordsUrl: '/next' }), JSON.stringify({ totalSize: 20, done: false, nextRecordsUrl: '/next', records }, undefined, 1), JSON.stringify({ totalSize: 20, done: false, nextRecordsUrl: '/next', records: records.map(({ attributes, ...record }: IDataObject) => ({ ...record, attributes })) })]) {
			expect(read(text).page).toEqual({ totalSize: 20, done: false, nextRecordsUrl: '/next', records: plain });
		}
	});

	it.each(['', '<html>', '{}', '{"records":[', '{"totalSize":1,"done":true,"records":[{"attributes":{"type":"A"},"Id":', 'null', '[]'])('%j is none', (text) => {
		expect(() => read(text)).toThrow(SyntaxError);
	});
});

describe('pages on their way', () => {
	const world = useApiWorld();
	const soql = 'SELECT Id, Name FROM Contact';
	const ids = async (played: Awaited<ReturnType<typeof play>>) => new Set((await all(readRows(played.api, { ...QUERY, soql, readWith: 'rest' }))).map(({ Id }) => Id));

	it('that break off in the middle are asked for again, and no row is lost', async () => {
		let streams = 0;
		const played = await play(world(), {
			onStream(body) {
				if ((streams += 1) !== 2) return body;
				let left = 50_000;
				return body.pipe(
					new Transform({
						transform(chunk: Buffer, _encoding, next) {
							left -= chunk.length;
							next(left < 0 ? Object.assign(new Error('aborted'), { code: 'ECONNRESET' }) : null, chunk);
						},
					}),
				);
			},
		});
		expect((await ids(played)).size).toBe(4_500);
		expect(asked(world())).toHaveLength(4);
	});

	it('that end too early as if they were complete are an error', async () => {
		const played = await play(world(), { onStream: (body) => body.pipe(new Transform({ transform(chunk: Buffer, _encoding, next) { next(null, chunk.subarray(0, 100)); this.push(null); } })) });
		await expect(ids(played)).rejects.toThrow(/JSON/);
	});

	it('that nobody wants any more are let go', async () => {
		const bodies: { destroyed: boolean }[] = [];
		const { api } = await play(world(), { onStream: (body) => (bodies.push(body), body) });
		for await (const page of readRows(api, { ...QUERY, soql, readWith: 'rest' })) {
			expect(page.records).toHaveLength(2_000);
			break;
		}
		// What was only asked for comes and is let go as well.
		await new Promise((resolve) => setImmediate(resolve));
		while (asked(world()).length > bodies.length) await new Promise((resolve) => setImmediate(resolve));
		await new Promise((resolve) => setImmediate(resolve));
		expect(bodies.map(({ destroyed }) => destroyed)).toEqual(bodies.map(() => true));
	});

	it('stop when the execution is cancelled', async () => {
		const cancel = new AbortController();
		const { api } = await play(world(), { signal: cancel.signal });
		const pages = readRows(api, { ...QUERY, soql, readWith: 'rest' });
		await pages.next();
		cancel.abort();
		await expect(all({ [Symbol.asyncIterator]: () => pages })).rejects.toThrow(/cancelled/);
	});
});
