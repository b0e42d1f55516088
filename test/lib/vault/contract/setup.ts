// One fresh vault per test, in whatever database the suite is run for.
import { deriveVaultKey, openVault, type Vault, type VaultKeys, type VaultOptions } from '../../../../lib/vault';
import type { ConnectionId, UserKey } from '../../../../lib/types';

/** An empty place for one vault. */
export interface Place {
	backend: VaultOptions['backend'];
	/** The real name of a table, quoted. */
	table(name: string): string;
	/** Goes around the vault, as whoever has the database can. */
	query(sql: string): Promise<Record<string, unknown>[]>;
	/** Everything that is stored, as text. */
	dump(): Promise<string>;
	remove(): Promise<void>;
}

/** `prepared`: tables may stand there already, with nothing in them. */
export type MakePlace = (how?: 'prepared') => Promise<Place>;

export interface OpenOptions {
	keys?: VaultKeys;
}

export interface VaultUnderTest {
	readonly vault: Vault;
	readonly place: Place;
	/** Another instance on the same database, with the same clock. */
	open(options?: OpenOptions): Promise<Vault>;
	advance(ms: number): void;
}

export const OLD_KEY = deriveVaultKey('the key of last year');
export const KEY = deriveVaultKey('the key of this n8n');
export const KEYS: VaultKeys = { current: KEY, previous: [] };

export const alice = 'alice@example.com' as UserKey;
export const bob = 'bob@example.com' as UserKey;
export const sales = 'connection-sales' as ConnectionId;
export const files = 'connection-files' as ConnectionId;

/** Registers the hooks of the surrounding `describe`; the result is valid inside its tests. */
export function useVault(makePlace: MakePlace): VaultUnderTest {
	let place: Place;
	let vault: Vault;
	let offsetMs = 0;
	let opened: Vault[] = [];

	const open = async ({ keys = KEYS }: OpenOptions = {}): Promise<Vault> => {
		const another = await openVault({ backend: place.backend, keys, clockOffsetMs: () => offsetMs });
		opened.push(another);
		return another;
	};
	beforeEach(async () => {
		offsetMs = 0;
		opened = [];
		place = await makePlace('prepared');
		vault = await open();
	});
	afterEach(async () => {
		for (const each of opened) await each.close();
		await place.remove();
	});
	return {
		get vault() {
			return vault;
		},
		get place() {
			return place;
		},
		open,
		advance: (ms) => {
			offsetMs += ms;
		},
	};
}
