import { createHash } from 'node:crypto';

import { accentOf, contentSecurityPolicy, dressed, logoOf, policyFor, styleHash } from '../../../../lib/portal/pages';
import { accentStyle } from '../../../../lib/portal/pages/companyLook';
import { contrast } from '../../../../lib/portal/pages/contrast';
import { dark, light } from '../../../../lib/portal/pages/styles';
import { samples } from './samples';

const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

describe('the company’s look', () => {
	it.each(['#ffffff', '#000000', '#ffff00', '#00ff00', '#2453d6', '#ff6d5a', '#777777', '#10e0c0'])('an accent of %s can be read in both schemes, and so can what stands on it', (accent) => {
		const [inLight, inDark] = accentStyle(accent).split('@media');
		for (const [css, palette] of [[inLight, light], [inDark, dark]] as const) {
			const [, colour, hover, onAccent] = /--accent:(#\w{6});--accentHover:(#\w{6});--onAccent:(#\w{6});/.exec(css ?? '')!;
			for (const ground of [palette.page, palette.card]) for (const front of [colour!, hover!]) expect(contrast(front, ground)).toBeGreaterThanOrEqual(4.5);
			for (const ground of [colour!, hover!]) expect(contrast(onAccent!, ground)).toBeGreaterThanOrEqual(4.5);
		}
	});

	it('a colour that can be read stays as it is', () => expect(accentStyle('#2453d6')).toContain('--accent:#2453d6;'));

	it.each(['red', '#fff', '#2453d6;}body{display:none', 'url(https://evil.example)', '</style><script>', ''])('takes no colour %j', (text) => expect(accentOf(text)).toBeUndefined());

	it.each(['https://acme.example/logo.svg', PIXEL, 'http://127.0.0.1:9000/logo.png'])('takes the logo %s', (text) => expect(logoOf(text)).toBe(text));

	it.each(['http://acme.example/logo.svg', 'javascript:alert(1)', 'data:text/html;base64,PGI+', 'data:image/png,raw', 'data:image/svg+xml;base64,x"><script>', '//evil.example/x', '/own', 'https://user@evil.example/', `data:image/png;base64,${'A'.repeat(100_001)}`])('takes no logo %j', (text) => expect(logoOf(text)).toBeUndefined());

	it('stands on every page, with a policy that names exactly the styles that are there', () => {
		const look = { accent: '#b3261e', logo: 'https://cdn.acme.example/a&b.svg' };
		for (const html of Object.values(samples)) {
			const page = dressed(html, look);
			const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(([, css = '']) => `'sha256-${createHash('sha256').update(css).digest('base64')}'`);
			expect(styles).toHaveLength(2);
			expect(styles[0]).toBe(styleHash);
			const policy = policyFor(contentSecurityPolicy(), look);
			for (const hash of styles) expect(policy).toContain(hash);
			expect(policy).toContain("img-src 'self' https://cdn.acme.example data:");
			expect(policy).not.toMatch(/script-src|unsafe/);
			expect(page).toContain('<img class="logo" alt="" src="https://cdn.acme.example/a&amp;b.svg"/><bdi>');
		}
	});

	it('changes nothing where nothing is set', () => {
		expect(dressed(samples.done!, {})).toBe(samples.done);
		expect(policyFor(contentSecurityPolicy(), { logo: PIXEL })).toBe(contentSecurityPolicy());
	});
});
