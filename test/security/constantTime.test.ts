// S33: what is compared with a secret takes the same time wherever the two begin to differ.
//
// A clock can tell that only where a text is long enough for an early end to show: so two comparisons are measured with secrets of
// a million characters, always as a ratio of medians that were taken in turns in the same run, and beside them a comparison that
// does end early, so that it is known that the measure would see it. Where the length is fixed (43 characters of a hash) an early
// end is a nanosecond and no clock can tell; there it is watched that every comparison gets as far as `timingSafeEqual` with all of
// the bytes, and the source is read for comparisons of secrets by `===`.
import crypto, { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import { equalHashes, trustedUser } from '../../lib/connections';
import { handlePortalRequest, personalLinkAccess, portalLimits } from '../../lib/portal';
import { isSignedByConnect } from '../../lib/providers/docuSignConnect';
import { deriveVaultKey } from '../../lib/vault';
import { equalInConstantTime, isProofOf, makeProof, sha256 } from '../../lib/vault/keys';
import { alice, bob, owner, PORTAL_URL } from '../lib/connections/support/world';
import { usePortal } from '../lib/portal/walk/portalWorld';

const PROJECT = join(__dirname, '..', '..');
const LONG = 1_000_000;
const ROUNDS = 41;
/** Between texts that differ at once and texts that differ at the end: an early end makes it hundreds. */
const MAX_RATIO = 3;

const secret = 's'.repeat(LONG);
const differsAtOnce = `x${secret.slice(1)}`;
const differsAtTheEnd = `${secret.slice(1)}x`;

function timeOf(compare: (shown: string) => unknown, shown: string): number {
	const start = process.hrtime.bigint();
	compare(shown);
	return Number(process.hrtime.bigint() - start);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** How much longer it takes where the texts differ late. */
function ratioOf(compare: (shown: string) => unknown): number {
	const [early, late]: [number[], number[]] = [[], []];
	for (let round = 0; round < ROUNDS; round++) {
		early.push(timeOf(compare, differsAtOnce));
		late.push(timeOf(compare, differsAtTheEnd));
	}
	return median(late) / median(early);
}

/** Ends at the first difference, as `===` and `memcmp` may. */
function endsEarly(shown: string): boolean {
	for (let index = 0; index < LONG; index++) if (shown.charCodeAt(index) !== secret.charCodeAt(index)) return false;
	return true;
}

describe('S33 comparisons with a secret', () => {
	const headers = (shown: string) => (name: string) => (name === 'x-proof' ? shown : 'alice@example.com');
	const proxy = { userHeader: 'x-user', proofHeader: 'x-proof', secret };
	const keys = { current: deriveVaultKey('k'), previous: [deriveVaultKey('older')] };

	it('take as long for a text that differs at once as for one that differs at the end', () => {
		expect(secret.slice(0, -1)).toBe(differsAtTheEnd.slice(0, -1));
		expect(ratioOf(endsEarly)).toBeGreaterThan(10 * MAX_RATIO);
		const measured = {
			proxy: ratioOf((shown) => trustedUser(proxy, headers(shown))),
			hashes: ratioOf((shown) => equalHashes(shown, secret)),
			proofs: ratioOf((shown) => equalInConstantTime(shown, secret)),
		};
		for (const ratio of Object.values(measured)) {
			expect(ratio).toBeLessThan(MAX_RATIO);
			expect(ratio).toBeGreaterThan(1 / MAX_RATIO);
		}
		expect(trustedUser(proxy, headers(secret))).toBe('alice@example.com');
	});

	describe('of fixed length', () => {
		const body = Buffer.from('{"event":"envelope-completed"}');
		const signature = createHmac('sha256', 'key').update(body).digest('base64');
		const proof = makeProof(keys, 'form');
		const flipped = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
		const compares: [string, string, (shown: string) => boolean][] = [
			['the proof of a form, a credential or a page', proof, (shown) => isProofOf(keys, 'form', shown)],
			['the hash of a browser', sha256('browser'), (shown) => equalHashes(shown, sha256('browser'))],
			['a signature of DocuSign Connect', signature, (shown) => isSignedByConnect(['other key', 'key', 'third key'], { 'x-docusign-signature-1': shown }, body)],
		];

		it.each(compares)('%s: all of it is compared, wherever it differs', (_what, right, compare) => {
			const compared = jest.spyOn(crypto, 'timingSafeEqual');
			try {
				const lengthsOf = (shown: string): number[] => {
					compared.mockClear();
					compare(shown);
					return compared.mock.calls.map(([a, b]) => Math.min(a.byteLength, b.byteLength));
				};
				const whenRight = lengthsOf(right);
				expect(whenRight.length).toBeGreaterThan(0);
				expect(Math.min(...whenRight)).toBeGreaterThanOrEqual(32);
				expect(compare(right)).toBe(true);
				// The key id of a proof is public; what follows it is not.
				const first = right.indexOf('.') + 1;
				for (const at of [first, first + 1, Math.floor(right.length / 2), right.length - 3]) {
					expect(lengthsOf(flipped(right, at))).toEqual(whenRight);
					expect(compare(flipped(right, at))).toBe(false);
				}
			} finally {
				compared.mockRestore();
			}
		});
	});

	/** Not the name of the header that holds one. */
	const SECRET_NAME = /^(?!.*Header$).*(secret|proof|signature|digest|hmac|password|(code|state|browser|binding)hash$)/i;

	/** The last name of an expression: `b` of `a.b`, of `a.b()` and of `a['b']`. */
	function nameOf(node: ts.Expression): string {
		if (ts.isIdentifier(node)) return node.text;
		if (ts.isPropertyAccessExpression(node)) return node.name.text;
		if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) return node.argumentExpression.text;
		if (ts.isCallExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return nameOf(node.expression);
		return '';
	}

	const isFixed = (node: ts.Expression): boolean => ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.NullKeyword || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword || (ts.isIdentifier(node) && node.text === 'undefined');

	const EQUALITY = new Set([ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken]);

	/** `a === b` where one names a secret and the other is no constant. */
	function plainComparisons(fileName: string, text: string): string[] {
		const found: string[] = [];
		const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true, fileName.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
		const visit = (node: ts.Node): void => {
			if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind) && !isFixed(node.left) && !isFixed(node.right) && [node.left, node.right].some((side) => SECRET_NAME.test(nameOf(side)))) found.push(`${fileName}: ${node.getText()}`);
			ts.forEachChild(node, visit);
		};
		visit(source);
		return found;
	}

	it('are never written with an operator that ends early', () => {
		expect(plainComparisons('a.ts', 'if (x.clientSecret === y || proof() !== z["proof"] || secret === undefined || typeof secret !== "string") throw 0;')).toEqual(['a.ts: x.clientSecret === y', 'a.ts: proof() !== z["proof"]']);
		const files = ['lib', 'nodes', 'credentials'].flatMap((room) => readdirSync(join(PROJECT, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name))).filter((name) => /\.tsx?$/.test(name));
		expect(files.length).toBeGreaterThan(200);
		expect(files.flatMap((name) => plainComparisons(name, readFileSync(join(PROJECT, name), 'utf8')))).toEqual([]);
	});
});

describe('S33 who does not know a link', () => {
	const world = usePortal();
	const ask = async (query: string, page = 'sign-in') =>
		await handlePortalRequest(world.parts({ access: personalLinkAccess(owner, portalLimits()) }), { method: 'GET', page, query: new URLSearchParams(query), form: new URLSearchParams(), cookies: {}, clientAddress: '203.0.113.7' });

	it('reads the same words for one that never was, that was used, and that has expired', async () => {
		const connection = await world.register();
		const links = await Promise.all([alice, bob].map(async (user, index) => new URL(await world.personalLink(connection, await world.request(connection, { user, executionId: `e${index}` })))));
		const [used = '', expired = ''] = links.map(({ searchParams }) => searchParams.get('link') ?? '');
		await world.vault.links.take(sha256(used));
		world.advance(16 * 60_000);
		const answers = [];
		for (const code of ['A'.repeat(used.length), used, expired]) {
			const { status, headers, cookies, body } = await ask(`link=${code}`);
			answers.push(JSON.stringify([status, headers, cookies, body]).replaceAll(code, 'CODE'));
		}
		expect(answers[0]).toContain('does not work any more');
		expect(new Set(answers).size).toBe(1);
	});

	it.each(['/admin?show=person&user=', '/activity?user=', '/export?user=', '/disconnect?user='])('is told nothing by %s about who is there', async (address) => {
		const connection = await world.register();
		await world.signIn(connection, 'alice');
		const { pathname, searchParams } = new URL(`${PORTAL_URL}${address}`);
		const page = pathname.slice(new URL(PORTAL_URL).pathname.length + 1);
		const answers = await Promise.all([alice, 'nobody@example.com'].map(async (user) => {
			searchParams.set('user', user);
			const { status, headers, body } = await ask(searchParams.toString(), page);
			return JSON.stringify([status, headers, body]).replaceAll(encodeURIComponent(user), 'USER');
		}));
		expect(answers[0]).toBe(answers[1]);
		expect(answers[0]).not.toContain('alice');
	});
});
