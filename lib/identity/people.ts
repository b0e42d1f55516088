import { ConnectedAppsError } from '../errors';
import type { SessionIdentity, UserKey } from '../types';
import { isEmailForm, userKey } from './userKey';

const CLAIM_ENTRY = /^claim:([^=\s]+)=(.+)$/;
const DOMAIN_ENTRY = /^@([^\s@]+\.[^\s@]+)$/;

/** Whom an admin has named. */
export interface People {
	keys: ReadonlySet<UserKey>;
	/** Of e-mail addresses; small letters. */
	domains: ReadonlySet<string>;
	/** Values of a claim, by its name. */
	claims: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NOBODY: People = { keys: new Set(), domains: new Set(), claims: new Map() };

export function isNobody({ keys, domains, claims }: People): boolean {
	return keys.size + domains.size + claims.size === 0;
}

/**
 * Reads a list, separated by commas or lines: user keys, `@example.com` for all of a domain, `claim:groups=finance` for everybody whose
 * OpenID sign-in tells that value.
 * @param field names the parameter in errors
 * @throws ConnectedAppsError `settingInvalid`
 */
export function readPeople(text: string, field: string): People {
	const keys = new Set<UserKey>();
	const domains = new Set<string>();
	const claims = new Map<string, Set<string>>();
	for (const entry of text.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== '')) {
		const [, name, value] = CLAIM_ENTRY.exec(entry) ?? [];
		const domain = DOMAIN_ENTRY.exec(entry)?.[1];
		if (name !== undefined && value !== undefined) claims.set(name, (claims.get(name) ?? new Set()).add(value.trim()));
		else if (domain !== undefined) domains.add(domain.toLowerCase());
		else if (entry.startsWith('@') || entry.startsWith('claim:')) throw new ConnectedAppsError('settingInvalid', `The parameter "${field}" holds an entry that cannot be read: ${entry}`, { field, advice: 'Write a user, @example.com for everybody of a domain, or claim:groups=finance for everybody with a claim of that value' });
		else keys.add(keyOf(entry, field));
	}
	return { keys, domains, claims };
}

function keyOf(entry: string, field: string): UserKey {
	try {
		return userKey(entry);
	} catch (cause) {
		throw new ConnectedAppsError('settingInvalid', `The parameter "${field}" holds an entry that names nobody: ${entry}`, { field, advice: 'Write users as the flows name them, e.g. by e-mail address' }, { cause });
	}
}

/** A domain counts for keys that are addresses; a claim only as the person's own sign-in has told it. */
export function includesPerson({ keys, domains, claims }: People, person: Pick<SessionIdentity, 'userKey' | 'claims'>): boolean {
	if (keys.has(person.userKey)) return true;
	if (isEmailForm(person.userKey) && domains.has(person.userKey.slice(person.userKey.lastIndexOf('@') + 1))) return true;
	return [...claims].some(([name, values]) => person.claims[name]?.some((value) => values.has(value)) === true);
}
