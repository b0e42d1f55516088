import { sql } from 'kysely';

import { isConnectedAppsError } from '../errors';
import { place, type Cipher, type Place } from './cipher';
import type { Database } from './database';
import type { GrantKey, Vault } from './port';
import type { RegistrationRow, Tables } from './schema';
import { placeOfClient } from './stores/registrations';

type Row = Record<string, string | number | null>;

/**
 * A column whose content outlives a change of keys. What lives for hours only is left to expire; so is an issued token,
 * since the key that names it is made with the vault's current key: after a change nobody asks for it any more.
 */
interface SealedColumn {
	table: keyof Tables;
	column: string;
	/** Names the row, and whatever else its seal depends on. */
	key: string[];
	placeOf(row: Row): Place;
}

const grantKey = (row: Row): GrantKey => row as unknown as GrantKey;

const SEALED_COLUMNS: SealedColumn[] = [
	{
		table: 'grants',
		column: 'sealedTokens',
		key: ['connectionId', 'userKey', 'version'],
		placeOf: (row) => place.tokens(grantKey(row), Number(row['version'])),
	},
	{ table: 'registrations', column: 'sealedClient', key: ['id'], placeOf: (row) => placeOfClient(row as unknown as RegistrationRow) },
	{ table: 'requests', column: 'sealedResumeUrl', key: ['id'], placeOf: (row) => place.resumeUrl(String(row['id']), grantKey(row)) },
	{ table: 'waits', column: 'sealedContent', key: ['id'], placeOf: (row) => place.wait(String(row['id']), String(row['topic'])) },
	{ table: 'outbox', column: 'sealedPayload', key: ['eventId'], placeOf: (row) => place.event(String(row['eventId']), String(row['ownerKey'])) },
	{ table: 'identities', column: 'sealedIdentity', key: ['idHash'], placeOf: (row) => place.identity(String(row['idHash'])) },
	{ table: 'references', column: 'sealedReference', key: ['idHash'], placeOf: (row) => place.reference(String(row['idHash'])) },
	{ table: 'revocations', column: 'sealedToken', key: ['id'], placeOf: (row) => place.revocation(String(row['id']), grantKey(row)) },
];

/** Key id of a row that no key opens: the pass must not meet it again and again. */
const UNREADABLE = 'unreadable';

/** @see Vault.rekey */
export function rekey({ db, cipher }: Database): Vault['rekey'] {
	/** Only if it is still the very text that was opened; a version stays, since the tokens are the same. */
	async function rewrite({ table, column, key, placeOf }: SealedColumn, row: Row): Promise<boolean> {
		const old = String(row[column]);
		const fresh = await sealAgain(cipher, placeOf(row), old);
		const isRow = [...key, column].map((name) => sql`${sql.ref(name)} = ${row[name]}`);
		const { numAffectedRows = 0n } = await sql`
			update ${sql.table(table)} set ${sql.ref(column)} = ${fresh ?? old}, ${sql.ref('keyId')} = ${fresh ? cipher.kid : UNREADABLE}
			where ${sql.join(isRow, sql` and `)}`.execute(db);
		return fresh !== undefined && numAffectedRows > 0n;
	}

	return async (limit) => {
		let rewritten = 0;
		if (cipher.previousKids.length === 0) return rewritten;
		for (const target of SEALED_COLUMNS) {
			const { rows } = await sql<Row>`
				select * from ${sql.table(target.table)} where ${sql.ref('keyId')} in (${sql.join(cipher.previousKids)})
				limit ${limit - rewritten}`.execute(db);
			for (const row of rows) if (await rewrite(target, row)) rewritten++;
			if (rewritten >= limit) break;
		}
		return rewritten;
	};
}

/** @see Vault.rekeyProgress */
export function rekeyProgress({ db, cipher }: Database): Vault['rekeyProgress'] {
	return async () => {
		const progress = { left: 0, unreadable: 0 };
		for (const { table } of SEALED_COLUMNS) {
			const { rows } = await sql<{ keyId: string; count: number | string }>`
				select ${sql.ref('keyId')}, count(*) as ${sql.ref('count')} from ${sql.table(table)}
				where ${sql.ref('keyId')} is not null and ${sql.ref('keyId')} <> ${cipher.kid} group by ${sql.ref('keyId')}`.execute(db);
			for (const { keyId, count } of rows) progress[keyId === UNREADABLE ? 'unreadable' : 'left'] += Number(count);
		}
		return progress;
	};
}

async function sealAgain(cipher: Cipher, where: Place, sealed: string): Promise<string | undefined> {
	try {
		return await cipher.seal(where, await cipher.open(where, sealed));
	} catch (error) {
		if (isConnectedAppsError(error, 'vaultKeyWrong')) return undefined;
		throw error;
	}
}
