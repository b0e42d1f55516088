// The company's own logo and colour on every page. What the admin entered becomes a style of its own, with a hash of its own in the
// policy, and never the text of the one style sheet.
import { createHash } from 'node:crypto';

import { readable } from './contrast';
import { MARK_HTML } from './mark';
import { safeHref } from './safeHref';
import { dark, light } from './styles';

/** As the trigger holds it, checked by `logoOf` and `accentOf`. */
export interface CompanyLook {
	/** https: or loopback address, or a data: address of an image. */
	logo?: string;
	/** `#rrggbb`. */
	accent?: string;
}

/** SVG counts as an image: shown by `<img>`, no script of it runs. */
const DATA_IMAGE = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[a-z0-9+/]+=*$/i;
/** n8n keeps parameters with the workflow: a picture of that size is none of a header. */
const MAX_LOGO_LENGTH = 100_000;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** @returns undefined if a page may not show it */
export function logoOf(text: string): string | undefined {
	if (text.length > MAX_LOGO_LENGTH) return undefined;
	if (text.startsWith('data:')) return DATA_IMAGE.test(text) ? text : undefined;
	return text.startsWith('/') ? undefined : safeHref(text);
}

export function accentOf(text: string): string | undefined {
	return COLOUR.test(text) ? text.toLowerCase() : undefined;
}

/** The accent in both schemes, as dark or light as it takes to be read on every ground that it stands on. */
export function accentStyle(accent: string): string {
	const scheme = (palette: typeof light): string => {
		const colour = readable(accent, [palette.page, palette.card]);
		const onAccent = readable('#ffffff', [colour], ['#ffffff', '#10131a']);
		return `--accent:${colour};--accentHover:${readable(colour, [palette.page, palette.card], undefined, 1)};--onAccent:${onAccent};`;
	};
	return `:root{${scheme(light)}}@media (prefers-color-scheme:dark){:root{${scheme(dark)}}}`;
}

/**
 * Puts the look on a page of ours. Both marks that it looks for are our own constants, and no foreign text can hold them: it is
 * escaped.
 */
export function dressed(html: string, { logo, accent }: CompanyLook): string {
	const styled = accent === undefined ? html : html.replace('</style>', () => `</style><style>${accentStyle(accent)}</style>`);
	return logo === undefined ? styled : styled.replaceAll(MARK_HTML, () => `<img class="logo" alt="" src="${escaped(logo)}"/>`);
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What the policy of such a page has to allow besides. */
export function policyFor(policy: string, { logo, accent }: CompanyLook): string {
	const style = accent === undefined ? policy : policy.replace('style-src ', () => `style-src 'sha256-${createHash('sha256').update(accentStyle(accent), 'utf8').digest('base64')}' `);
	return logo === undefined || logo.startsWith('data:') ? style : style.replace("img-src 'self'", () => `img-src 'self' ${new URL(logo).origin}`);
}
