const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Names, IPv4 and IPv6 addresses. An URL may hold more: `;`, `,`, `'` and `*` would be words of their own in a policy (CSP Level 3, section 2.3). */
const PLAIN_HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i;

export const hasPlainHost = ({ hostname }: URL): boolean => PLAIN_HOST.test(hostname);

/**
 * The address, if a page may link or post to it: https:, http: on loopback, or an absolute path on our own origin.
 * Everything else (javascript:, data:, other schemes, `//host`, addresses with a user name in front) is `undefined`.
 */
export function safeHref(address: string | undefined): string | undefined {
	// Browsers drop tabs and newlines and read `\` as `/`, so `/\t/evil` would leave our origin.
	if (!address || /[\s\\\p{Cc}\p{Cf}]/u.test(address)) return undefined;
	if (address.startsWith('/')) return address.startsWith('//') ? undefined : address;
	if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
	const url = new URL(address);
	if (url.username || url.password || !hasPlainHost(url)) return undefined;
	return url.protocol === 'https:' || LOOPBACK.has(url.hostname) ? address : undefined;
}
