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

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isConflict(error: unknown): boolean {
	return CONFLICTS.has(codeOf(error) ?? '');
}

/** The connection is gone; whether the statement took effect is not known. */
export function isConnectionLost(error: unknown): boolean {
	const code = codeOf(error) ?? '';
	return LOST_STATES.has(code) || LOST_CODES.has(code) || (error instanceof Error && LOST_MESSAGE.test(error.message));
}

/**
 * Our error for what an admin can repair; everything else stays as it is.
 * @param connecting every failure to connect is one of them, whatever its code (TLS has dozens)
 */
export function toVaultError(error: unknown, place: string, connecting = false): unknown {
	if (error instanceof ConnectedAppsError) return error;
	const code = codeOf(error) ?? '';
	if (!connecting && !WAY_OUT[code] && !isConnectionLost(error) && !CONNECT_CODES.has(code)) return error;
	const reason = error instanceof Error ? reasonOf(error) : 'unknown reason';
	return new ConnectedAppsError(
		'vaultUnavailable',
		`The vault in ${place} cannot be used: ${reason}`,
		{ advice: WAY_OUT[code] ?? 'Check that the database server runs and that this machine reaches it.' },
		{ cause: error },
	);
}

/** Some connection errors of Node (AggregateError) say nothing but their code. */
function reasonOf(error: Error): string {
	return error.message || codeOf(error) || error.name;
}
