import { ConnectedAppsError } from '../../errors';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const CONFLICTS = new Set(['40001', '40P01']);
const LOST_STATES = new Set(['57P01', '57P02', '57P03', '08000', '08003', '08006']);
const LOST_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);
const LOST_MESSAGE = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;
const CONNECT_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'EACCES']);

const WAY_OUT: Record<string, string> = {
	'28P01': 'Check user and password.',
	'28000': "Check the user, and the server's pg_hba.conf.",
	'3D000': 'Create that database, or name another one.',
	'3F000': 'Create that schema, or name another one (DB_POSTGRESDB_SCHEMA).',
	'42501': 'Grant this database user the right to create and use tables in the schema.',
	'53100': 'Free some space on the disk of the database server.',
	'53300': "Raise the server's max_connections, or lower the pool sizes of its clients.",
	'57014': 'A statement took longer than the statement timeout; look for what blocks it on the server.',
	'25006': 'The server only takes reads (a standby?): name the primary server.',
};

/** By its properties: errors of Node's sockets come from the main realm, where another `Error` may live. */
function textOf(error: unknown, property: 'code' | 'message' | 'name'): string {
	const value = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[property] : undefined;
	return typeof value === 'string' ? value : '';
}

export function isConflict(error: unknown): boolean {
	return CONFLICTS.has(textOf(error, 'code'));
}

/** The connection is gone; whether the statement took effect is not known. */
export function isConnectionLost(error: unknown): boolean {
	const code = textOf(error, 'code');
	return LOST_STATES.has(code) || LOST_CODES.has(code) || LOST_MESSAGE.test(textOf(error, 'message'));
}

/**
 * Our error for what an admin can repair; everything else stays as it is.
 * @param connecting every failure to connect is one of them, whatever its code (TLS has dozens)
 */
export function toVaultError(error: unknown, place: string, connecting = false): unknown {
	if (error instanceof ConnectedAppsError) return error;
	const code = textOf(error, 'code');
	if (!connecting && !WAY_OUT[code] && !isConnectionLost(error) && !CONNECT_CODES.has(code)) return error;
	// Some connection errors of Node (AggregateError) say nothing but their code.
	const reason = textOf(error, 'message') || code || textOf(error, 'name');
	return new ConnectedAppsError(
		'vaultUnavailable',
		`The vault in ${place} cannot be used: ${reason}`,
		{ advice: WAY_OUT[code] ?? 'Check that the database server runs and that this machine reaches it.' },
		{ cause: error },
	);
}
