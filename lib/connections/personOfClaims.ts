import { ConnectedAppsError } from '../errors';
import { isEmailForm, userKey } from '../identity';
import type { KnownPerson, UserKey } from '../types';

export interface ClaimRules {
	/** Which claim is the user key. */
	claim: string;
	/** Addresses count although nobody says that they are verified. */
	trustsEmail: boolean;
	/** What to do where they do not, in one sentence. */
	emailAdvice: string;
}

export interface PersonOfClaims {
	userKey: UserKey;
	person: KnownPerson;
}

function believedEmail({ email, email_verified: verified }: Readonly<Record<string, unknown>>, trustsEmail: boolean): string | undefined {
	if (typeof email !== 'string' || !isEmailForm(email.trim())) return undefined;
	// Some providers write it as a text.
	return verified === true || verified === 'true' || (trustsEmail && verified === undefined) ? email.trim().normalize('NFC').toLowerCase() : undefined;
}

/**
 * Whom claims that hold (signature, issuer, audience) name. A key of the form of an e-mail address gives access to what was connected
 * under that address: it counts only if it is known to be the person's own (S41).
 * @throws ConnectedAppsError `userInvalid`
 */
export function personOfClaims(claims: Readonly<Record<string, unknown>>, { claim, trustsEmail, emailAdvice }: ClaimRules): PersonOfClaims {
	const value = claims[claim];
	if (typeof value !== 'string' || value.trim() === '') throw new ConnectedAppsError('userInvalid', `The claim "${claim}", which would name the person, was not told`, { field: 'user', advice: `Have the provider tell "${claim}", or name another claim in the credential` });
	const key = userKey(value);
	const email = believedEmail(claims, trustsEmail);
	if (isEmailForm(key) && key !== email && !(trustsEmail && claims.email_verified !== false && claims.email_verified !== 'false')) {
		throw new ConnectedAppsError('userInvalid', `Nobody says that the address ${key} is verified, so it proves nothing`, { field: 'user', advice: emailAdvice });
	}
	return { userKey: key, person: { issuer: String(claims.iss ?? ''), subject: String(claims.sub ?? ''), ...(email !== undefined && { email }) } };
}
