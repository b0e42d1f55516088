// Addresses and hosts that an admin enters for a provider. A second look at every endpoint is taken where it is used.
import { ConnectedAppsError } from '../errors';
import { textOf, type ProviderSettings } from './provider';

/** @see RFC 8252 section 8.3 */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A credential field as its form labels it. */
export interface Field {
	name: string;
	label: string;
	/** Of a right value. */
	example: string;
}

export function settingInvalid(field: Pick<Field, 'name' | 'label'>, reason: string, advice?: string): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', `Credential setting "${field.label}" ${reason}`, { field: field.name, advice });
}

function parse(value: string, field: Field): URL {
	let url: URL;
	try {
		url = new URL(value);
	} catch {
		throw settingInvalid(field, 'is not an address', `Enter a whole address, e.g. ${field.example}`);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname))) throw settingInvalid(field, 'must begin with https://', 'Secrets and tokens are only sent over https');
	if (url.username !== '' || url.password !== '' || url.hash !== '') throw settingInvalid(field, 'must not hold a user name, a password or a #fragment');
	return url;
}

/**
 * The address as it was entered.
 * @throws ConnectedAppsError `settingInvalid` for anything but https (http on loopback), user info or a fragment
 */
export function exactAddressOf(settings: ProviderSettings, field: Field): string | undefined {
	const value = textOf(settings, field.name);
	if (value === '') return undefined;
	parse(value, field);
	return value;
}

/** Likewise, for one that more is appended to: without a slash at its end, and without a query. */
export function baseAddressOf(settings: ProviderSettings, field: Field): string | undefined {
	const value = exactAddressOf(settings, field);
	if (value === undefined) return undefined;
	if (parse(value, field).search !== '') throw settingInvalid(field, 'must not hold a query', `For example: ${field.example}`);
	return value.replace(/\/+$/, '');
}

/** @throws ConnectedAppsError `settingInvalid` also if it is empty */
export function requiredBaseAddressOf(settings: ProviderSettings, field: Field, reason = 'is empty'): string {
	const value = baseAddressOf(settings, field);
	if (value === undefined) throw settingInvalid(field, reason, `For example: ${field.example}`);
	return value;
}

function hostOf(entry: string, field: Field): string {
	if (entry.includes('*')) throw settingInvalid(field, 'must not hold a wildcard', `A token goes to named hosts only: enter each one, e.g. ${field.example}`);
	if (entry.startsWith('/')) throw settingInvalid(field, 'must hold hosts, not paths', `For example: ${field.example}`);
	const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(entry) ? entry : `https://${entry}`;
	return parse(address, field).host;
}

/**
 * A list of hosts (host[:port]), separated by spaces, commas or lines; whole addresses are reduced to theirs.
 * @throws ConnectedAppsError `settingInvalid` if there is none, or for wildcards, paths and what is no host
 */
export function requiredHostsOf(settings: ProviderSettings, field: Field): string[] {
	const entries = textOf(settings, field.name).split(/[\s,;]+/).filter((entry) => entry !== '');
	if (entries.length === 0) throw settingInvalid(field, 'is empty', `Tokens are sent nowhere else: enter the host of the API, e.g. ${field.example}`);
	return [...new Set(entries.map((entry) => hostOf(entry, field)))];
}
