import { createHash, timingSafeEqual } from 'node:crypto';

import { isConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import type { UserKey } from '../types';
import { invalid, text, type RawSettings } from './fieldReading';

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** Nothing that an attacker could find by trying. */
const MIN_SECRET_LENGTH = 24;

/** A reverse proxy signs people in and tells n8n who they are, in a header. Holds a secret: never logged. */
export interface TrustedHeaderSettings {
	userHeader: string;
	proofHeader: string;
	secret: string;
}

function headerName(raw: RawSettings, field: string): string {
	const name = text(raw, field).toLowerCase();
	if (!HEADER_NAME.test(name)) throw invalid(field, 'is no name of a header', 'For example: X-Forwarded-User');
	if (name === 'cookie' || name === 'authorization') throw invalid(field, 'is a header that browsers send by themselves', 'Have the proxy use one of its own');
	return name;
}

/** @throws ConnectedAppsError `settingInvalid` that names the field */
export function readTrustedHeaderSettings(raw: RawSettings): TrustedHeaderSettings {
	const secret = text(raw, 'secret');
	if (secret.length < MIN_SECRET_LENGTH) throw invalid('secret', `must have ${MIN_SECRET_LENGTH} characters or more`, 'Enter a long random text, and have the proxy send it in the proof header');
	const settings = { userHeader: headerName(raw, 'userHeader'), proofHeader: headerName(raw, 'proofHeader'), secret };
	if (settings.userHeader === settings.proofHeader) throw invalid('proofHeader', 'is the same as the user header', 'Use another name');
	return settings;
}

export function trustedHeaderMaterialOf({ userHeader, proofHeader, secret }: TrustedHeaderSettings): string[] {
	return [userHeader, proofHeader, secret];
}

const digest = (value: string): Buffer => createHash('sha256').update(value, 'utf8').digest();

/**
 * Whom the proxy has signed in. Without the secret a header is what anybody can send: it is ignored (S32).
 * @param header the request's header of a name in small letters; several of one name come joined by commas
 */
export function trustedUser({ userHeader, proofHeader, secret }: TrustedHeaderSettings, header: (name: string) => string | undefined): UserKey | undefined {
	const proxyIsIt = timingSafeEqual(digest(header(proofHeader) ?? ''), digest(secret));
	const value = header(userHeader);
	// With a comma, somebody has sent the header besides the proxy.
	if (!proxyIsIt || value === undefined || value.includes(',')) return undefined;
	try {
		return userKey(value);
	} catch (error) {
		if (isConnectedAppsError(error, 'userMissing', 'userInvalid')) return undefined;
		throw error;
	}
}
