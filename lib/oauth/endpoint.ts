import { ConnectedAppsError } from '../errors';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for `localhost`, `127.0.0.1` and `[::1]` (RFC 8252 section 8.3 lists the literal addresses first). */
export function isLoopback(url: URL): boolean {
	return LOOPBACK_HOSTS.has(url.hostname);
}

/**
 * Parses an address that tokens or secrets will travel to: https, or http on loopback; no user info, no fragment.
 * @param field name of the setting, for the message
 * @throws ConnectedAppsError `settingInvalid`
 * @see RFC 6749 section 3.1.2.1 and 3.2 (TLS required)
 */
export function parseEndpoint(value: string, field: string): URL {
	let url: URL;
	try {
		url = new URL(value);
	} catch (cause) {
		throw new ConnectedAppsError('settingInvalid', `${field} is not an address: "${value.slice(0, 200)}"`, { field, advice: 'Enter a whole address that begins with https://' }, { cause });
	}
	const allowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
	if (!allowed) {
		throw new ConnectedAppsError('settingInvalid', `${field} must begin with https:// (it is "${url.protocol}//${url.host}")`, { field, advice: 'Tokens are only sent over https' });
	}
	if (url.username !== '' || url.password !== '' || url.hash !== '') {
		throw new ConnectedAppsError('settingInvalid', `${field} must not hold a user name, a password or a #fragment`, { field });
	}
	return url;
}
