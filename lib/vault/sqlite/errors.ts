import { ConnectedAppsError } from '../../errors';

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const BUSY = 5;
const LOCKED = 6;
const PRIMARY = 0xff;

const WAY_OUT: Record<number, { problem: string; advice: string }> = {
	3: { problem: 'access was denied', advice: 'Let the user that runs n8n read and write this file and its folder.' },
	8: { problem: 'it is read-only', advice: 'Let the user that runs n8n write this file and its folder (SQLite keeps files beside it).' },
	10: { problem: 'the disk reported an error', advice: 'Check the disk and its free space, then start n8n again.' },
	11: { problem: 'the file is damaged', advice: 'Restore it from a backup, or move it away: a new vault is made, and users sign in again.' },
	13: { problem: 'the disk is full', advice: 'Free some space on this disk.' },
	14: { problem: 'the file cannot be opened', advice: 'Make sure that the folder exists and that the user that runs n8n may write to it.' },
	26: { problem: 'the file is not a SQLite database', advice: 'Move that file away, or point CONNECTED_APPS_DATABASE_URL elsewhere.' },
};

const SYSTEM_CODES: Record<string, number> = { EACCES: 3, EPERM: 3, EROFS: 8, EIO: 10, ENOSPC: 13, EDQUOT: 13, ENOENT: 14, EISDIR: 14, ENOTDIR: 14 };

function resultCode(error: unknown): number | undefined {
	// By its properties: `node:sqlite` makes its errors in the main realm, where another `Error` may live.
	if (typeof error !== 'object' || error === null) return undefined;
	if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & PRIMARY;
	if ('code' in error && typeof error.code === 'string') return SYSTEM_CODES[error.code];
	return undefined;
}

/** Somebody else holds the lock at this moment. */
export function isBusy(error: unknown): boolean {
	const code = resultCode(error);
	return code === BUSY || code === LOCKED;
}

export function lockedTooLong(path: string, waitedMs: number, cause: unknown): ConnectedAppsError {
	return new ConnectedAppsError(
		'vaultUnavailable',
		`The vault ${path} has been locked by another process for more than ${waitedMs / 1000} s`,
		{ advice: 'Close whatever holds it open for writing (a backup, a database browser, another n8n); the vault takes up its work by itself.' },
		{ cause },
	);
}

/** Our error for what an admin can repair; everything else stays as it is. */
export function toVaultError(error: unknown, path: string): unknown {
	const code = resultCode(error);
	const known = code === undefined ? undefined : WAY_OUT[code];
	if (!known) return error;
	return new ConnectedAppsError('vaultUnavailable', `The vault ${path} cannot be used: ${known.problem}`, { advice: known.advice }, { cause: error });
}
