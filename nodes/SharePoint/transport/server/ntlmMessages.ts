// The messages of an NTLM login, by the library; here is what it leaves to its caller. It can do NTLMv2, and would fall back to the
// weak responses of version 1 whenever a server asks for them: that is refused. It also asks for texts in the server's code page, in
// which names with accents get lost: Unicode is asked for instead.
import { createType1Message, createType3Message, decodeType2Message } from '@ewsjs/ntlm-client';

import { ConnectedAppsError } from '../../../../lib/errors';

const UNICODE = 0x1;
const OEM = 0x2;
/** The library writes into 1,024 bytes and cuts off the rest without a word; its own parts take less than 200. */
const MAX_TEXT_BYTES = 800;

export interface Account {
	user: string;
	/** `CONTOSO`; empty where the user is a principal name (`alice@example.com`). */
	domain: string;
	password: string;
}

/** `DOMAIN\user`, `user@domain`, or a name alone. */
export function readAccount(username: string, password: string): Account {
	const [, domain, user] = /^([^\\]+)\\(.+)$/s.exec(username.trim()) ?? [];
	return domain !== undefined && user !== undefined ? { user, domain, password } : { user: username.trim(), domain: '', password };
}

/** Neither workstation nor domain are told to a server that has proved nothing yet. */
export function negotiate(): string {
	const message = Buffer.from(createType1Message('', '').slice('NTLM '.length), 'base64');
	message.writeUInt32LE(((message.readUInt32LE(12) | UNICODE) & ~OEM) >>> 0, 12);
	return `NTLM ${message.toString('base64')}`;
}

/** @throws ConnectedAppsError `providerError` if the server wants NTLM of an older kind, or what it sends is none */
export function answerChallenge(header: string, { user, domain, password }: Account): string {
	const challenge = readChallenge(header);
	const { buffer: targetInfo } = challenge.targetInfo ?? {};
	if (challenge.version !== 2 || targetInfo === undefined) {
		throw new ConnectedAppsError('providerError', 'The server asks for NTLM of version 1, whose answers betray the password', { advice: 'Have NTLMv2 allowed on the server, or use Basic over https' });
	}
	if (targetInfo.length + 2 * (user.length + domain.length) > MAX_TEXT_BYTES) throw new ConnectedAppsError('providerError', 'The names of server and account are too long for an NTLM login', { advice: 'Use Basic over https' });
	const withUnicode = { ...challenge, encoding: 'ucs2' as const, flags: ((challenge.flags | UNICODE) & ~OEM) >>> 0 };
	return createType3Message(withUnicode, user, password, '', domain);
}

function readChallenge(header: string): ReturnType<typeof decodeType2Message> {
	let cause: unknown;
	try {
		return decodeType2Message(header);
	} catch (error) {
		cause = error;
	}
	throw new ConnectedAppsError('providerError', 'The server answered the NTLM login with something else', { advice: 'Something between n8n and the server may take part in the login: NTLM needs the connection for itself' }, { cause });
}

/** The challenge among the ways in that a 401 names; undefined if there is none. */
export function challengeOf(headers: readonly string[]): string | undefined {
	return headers.flatMap((header) => header.split(/,\s*/)).find((way) => /^NTLM \S/.test(way));
}
