import { randomBytes } from 'node:crypto';

import { DAY_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { sha256, type TokenReference, type Vault } from '../vault';

const PREFIX = 'connected-apps:token:';
/** A waiting flow must find it again; what it points to has an end of its own. */
const GRANT_REFERENCE_MS = 30 * DAY_MS;
const MAX_ISSUED_MS = DAY_MS;

/** True for what `createReference` makes, whether or not it still opens. */
export function isReference(value: unknown): value is string {
	return typeof value === 'string' && value.trim().startsWith(PREFIX);
}

/**
 * What an item holds instead of a token: 256 random bits that open in this n8n, in the workflow that made them, and nowhere else.
 * One to a grant always gives that person's current token, and none once they have disconnected.
 */
export async function createReference(vault: Vault, reference: TokenReference): Promise<string> {
	const id = randomBytes(32).toString('base64url');
	const expiresAtMs = reference.kind === 'grant' ? undefined : reference.tokens.expiresAtMs;
	const ttlMs = reference.kind === 'grant' ? GRANT_REFERENCE_MS : Math.max(1_000, Math.min(MAX_ISSUED_MS, (expiresAtMs ?? Infinity) - (await vault.nowMs())));
	await vault.references.create(sha256(id), reference, ttlMs);
	return `${PREFIX}${id}`;
}

/** @throws ConnectedAppsError `referenceInvalid` if it is unknown, past its end or another workflow's */
export async function openReference(vault: Vault, value: string, workflowId: string): Promise<TokenReference> {
	const found = await vault.references.find(sha256(value.trim().slice(PREFIX.length)));
	if (found === undefined) throw new ConnectedAppsError('referenceInvalid', 'This token reference is not known any more: it has expired, or was not made by this n8n', { field: 'accessToken', advice: 'Run the OAuth node that made it again' });
	if (workflowId === '' || found.workflowId !== workflowId) throw new ConnectedAppsError('referenceInvalid', 'This token reference was made in another workflow', { field: 'accessToken', advice: 'A reference opens only in the workflow that made it; put an OAuth node into this one' });
	return found;
}
