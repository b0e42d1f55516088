import { createHash } from 'node:crypto';

import { hasPlainHost } from './safeHref';
import { styles } from './styles';

/** Source expression of the one inline style; computed from the very string that every page carries. */
export const styleHash = `'sha256-${createHash('sha256').update(styles, 'utf8').digest('base64')}'`;

/**
 * The value of the Content-Security-Policy header of every page (S13, S14): no script, no third party, no framing.
 * @param formOrigins further origins that a form's redirects may reach, e.g. an http: provider on loopback
 * @param anyHttps false: forms lead to those origins and to our own only, redirects included
 * @throws TypeError if one of them is not a URL
 */
export function contentSecurityPolicy(formOrigins: readonly string[] = [], { anyHttps = true } = {}): string {
	// Chrome applies form-action to every redirect that follows the POST, not only to the form's own action, and a
	// provider may hop between hosts that we cannot list (login host → the customer's own domain → its identity
	// provider). Hence https: as a whole; it opens little, since a page without script holds only the forms that we wrote.
	// What is no plain host is left out: an endpoint may come from somebody's metadata, and must not write this policy.
	const formAction = ["'self'", ...(anyHttps ? ['https:'] : []), ...formOrigins.map((address) => new URL(address)).filter(hasPlainHost).map(({ origin }) => origin)];
	return [
		"default-src 'none'",
		`style-src ${styleHash}`,
		"img-src 'self' data:",
		`form-action ${[...new Set(formAction)].join(' ')}`,
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join('; ');
}
