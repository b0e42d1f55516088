import { ConnectedAppsError } from '../errors';
import type { UserKey } from '../types';

export const USER_KEY_MAX_LENGTH = 256;

const EMAIL_FORM = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
// Control, format (zero-width, bidi overrides), surrogate, private-use and unassigned code points: two keys that look alike must not differ.
const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

export function isEmailForm(value: string): boolean {
	return EMAIL_FORM.test(value);
}

/**
 * The one function that makes a user key: for storing, matching and claims alike (S37).
 * Trimmed, NFC, lower-cased only if it has the form of an e-mail address; ids stay case-sensitive.
 * @throws ConnectedAppsError `userMissing` for nothing, `userInvalid` for what cannot name a person
 */
export function userKey(value: unknown): UserKey {
	if (value === undefined || value === null || value === '') {
		throw new ConnectedAppsError('userMissing', 'The parameter "User" is empty', { field: 'user', advice: 'Set "User" to an expression that names the person who started the flow, e.g. an e-mail address' });
	}
	if (typeof value !== 'string') {
		throw new ConnectedAppsError('userInvalid', `The parameter "User" must be a text, not ${Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`}`, { field: 'user', advice: typeof value === 'number' ? 'Make a text of it, e.g. ={{ String($json.employeeNumber) }}' : 'Point the expression at one text field' });
	}
	let key = value.trim().normalize('NFC');
	if (key === '') {
		throw new ConnectedAppsError('userMissing', 'The parameter "User" is empty', { field: 'user', advice: 'Set "User" to an expression that names the person who started the flow, e.g. an e-mail address' });
	}
	if (EMAIL_FORM.test(key)) key = key.toLowerCase();
	const refuse = (reason: string) => new ConnectedAppsError('userInvalid', `The parameter "User" ${reason}`, { field: 'user', advice: 'It must name one person, e.g. by e-mail address' });
	if (key.length > USER_KEY_MAX_LENGTH) throw refuse(`is longer than ${USER_KEY_MAX_LENGTH} characters`);
	if (FORBIDDEN_CHARACTERS.test(key)) throw refuse('holds invisible or control characters');
	const lower = key.toLowerCase();
	if (lower === 'undefined' || lower === 'null' || lower.startsWith('[object ')) throw refuse(`is "${key}": the expression found nothing`);
	if (lower.startsWith('service:')) throw refuse('must not begin with "service:"; that name is reserved');
	// A reference that is not opened, or not whole, is no name of anybody.
	if (lower.startsWith('connected-apps:')) throw refuse('must not begin with "connected-apps:"; that is how references to tokens begin');
	return key as UserKey;
}
