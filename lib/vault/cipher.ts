import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

import { ConnectedAppsError } from '../errors';
import type { ConnectionId } from '../types';
import { keyWithId, sha256 } from './keys';
import type { GrantKey, VaultKey, VaultKeys } from './port';

/** The one place in the vault that a sealed text belongs to: its purpose, then whatever names the row. */
export type Place = readonly [purpose: string, ...row: (string | number)[]];

/** Every place that exists. User keys are hashed: a JWE header is readable. */
export const place = {
	client: (id: ConnectionId, settingsHash: string): Place => ['client', id, settingsHash],
	tokens: (key: GrantKey, version: number): Place => ['tokens', key.connectionId, sha256(key.userKey), version],
	resumeUrl: (id: string, key: GrantKey): Place => ['resumeUrl', id, key.connectionId, sha256(key.userKey)],
	wait: (id: string, topic: string): Place => ['wait', id, topic],
	revocation: (id: string, key: GrantKey): Place => ['revocation', id, key.connectionId, sha256(key.userKey)],
	event: (eventId: string, ownerKey: string): Place => ['event', eventId, ownerKey],
	transaction: (stateHash: string): Place => ['transaction', stateHash],
	portalSignIn: (stateHash: string): Place => ['portalSignIn', stateHash],
	link: (codeHash: string): Place => ['link', codeHash],
	session: (idHash: string, portalId: string): Place => ['session', idHash, portalId],
	issuedToken: (cacheKey: string): Place => ['issuedToken', cacheKey],
	reference: (idHash: string): Place => ['reference', idHash],
	identity: (idHash: string): Place => ['identity', idHash],
	lastingKey: (vaultId: string): Place => ['lastingKey', vaultId],
} as const;

/** Seals texts for one place each; opens them there and nowhere else. */
export interface Cipher {
	/** Key id of what is sealed now. */
	readonly kid: string;
	/** Key ids that still open, but that nothing is sealed with any more. */
	readonly previousKids: readonly string[];
	seal(where: Place, text: string): Promise<string>;
	/** @throws ConnectedAppsError `vaultKeyWrong`, without a cause: why a decryption fails is nobody's business. */
	open(where: Place, sealed: string): Promise<string>;
}

const ALG = 'dir';
const ENC = 'A256GCM';

function wrong(message: string, advice: string): ConnectedAppsError {
	return new ConnectedAppsError('vaultKeyWrong', message, { advice });
}

const notForThisPlace = (where: Place): ConnectedAppsError =>
	wrong(
		`A row of the vault (${where[0]}) was not sealed for this place: it was copied from another row or changed`,
		'Let the person sign in again; find out who writes to the vault besides this package.',
	);

/** @see https://www.rfc-editor.org/rfc/rfc7516 (JWE), https://www.rfc-editor.org/rfc/rfc7518#section-4.5 (`dir`) */
export function createCipher(keys: VaultKeys): Cipher {
	// Importing costs as much as opening a row.
	const imported = new Map<string, Promise<CryptoKey>>();
	const cryptoKeyOf = async ({ kid, encryption }: VaultKey): Promise<CryptoKey> => {
		const key = imported.get(kid) ?? crypto.subtle.importKey('raw', new Uint8Array(encryption), { name: 'AES-GCM' }, false, ['encrypt', 'decrypt']);
		imported.set(kid, key);
		return await key;
	};
	return {
		kid: keys.current.kid,
		previousKids: keys.previous.map((key) => key.kid).filter((kid) => kid !== keys.current.kid),

		async seal(where, text) {
			return await new CompactEncrypt(new TextEncoder().encode(text))
				.setProtectedHeader({ alg: ALG, enc: ENC, kid: keys.current.kid, ctx: where })
				.encrypt(await cryptoKeyOf(keys.current));
		},

		async open(where, sealed) {
			const kid = keyIdOf(sealed);
			const key = keyWithId(keys, kid);
			if (kid !== undefined && !key) {
				throw wrong(
					`A row of the vault (${where[0]}) was sealed with a key that is not here (key id ${kid})`,
					'Add the earlier key to CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS.',
				);
			}
			const opened = key && (await decrypt(sealed, await cryptoKeyOf(key)));
			if (!opened || JSON.stringify(opened.ctx) !== JSON.stringify(where)) throw notForThisPlace(where);
			return opened.text;
		},
	};
}

/** The key id that a sealed text names; `undefined` if it is no JWE of ours. */
export function keyIdOf(sealed: string): string | undefined {
	try {
		const { kid } = decodeProtectedHeader(sealed);
		return kid !== undefined && /^[\w-]{1,16}$/.test(kid) ? kid : undefined;
	} catch {
		return undefined;
	}
}

async function decrypt(sealed: string, key: CryptoKey): Promise<{ text: string; ctx: unknown } | undefined> {
	try {
		const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
			keyManagementAlgorithms: [ALG],
			contentEncryptionAlgorithms: [ENC],
		});
		return { text: new TextDecoder().decode(plaintext), ctx: protectedHeader['ctx'] };
	} catch {
		// Bare on purpose: no oracle.
		return undefined;
	}
}
