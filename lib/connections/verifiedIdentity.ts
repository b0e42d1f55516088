import { DAY_MS, MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { verifyIdentityToken, type IdentityTokenChecks } from '../oauth';
import type { EndpointSource, Fetch, IdentityPolicy, OAuthEndpoints, UserKey } from '../types';
import { sha256, type Vault } from '../vault';
import type { Connection } from './connection';
import { rememberPerson } from './knownPerson';
import { personOfClaims, type PersonOfClaims } from './personOfClaims';
import { assertionKeys, ASSERTION_LIFETIME_MS } from './portalAssertion';
import { portalIdOf } from './portalMembership';

/** How long an execution may wait, untouched, with what its token told; slides. */
const REMEMBERED_MS = 30 * DAY_MS;
/** Bearer tokens are far shorter. */
const MAX_TOKEN_LENGTH = 32_768;
/** `sub` of the portal's own assertions is a user key already. */
const OWN_CLAIMS = ['sub', 'email'];
/** Until then a used one is known as used; longer than clocks that differ let it live. */
const USED_MS = ASSERTION_LIFETIME_MS + 10 * MINUTE_MS;

export interface VerifyingRun {
	/** Empty where none is known: nothing is remembered then. */
	executionId: string;
	workflowId?: string;
	fetch: Fetch;
	resolveEndpoints(source: EndpointSource, fetch: Fetch): Promise<OAuthEndpoints>;
}

function tokenOf(value: unknown): string {
	if (value === undefined || value === null || value === '') throw new ConnectedAppsError('userMissing', 'The parameter "User" is empty', { field: 'user', advice: 'This credential takes verified tokens: set "User" to the token that the flow was called with, e.g. ={{ $json.headers.authorization }}' });
	const token = typeof value === 'string' ? value.trim().replace(/^Bearer\s+/i, '') : '';
	if (token === '' || token.length > MAX_TOKEN_LENGTH) throw new ConnectedAppsError('userInvalid', 'The token in "User" is no signed token (JWT)', { field: 'user', advice: 'Set "User" to the token that the flow was called with, e.g. ={{ $json.headers.authorization }}' });
	return token;
}

/** A portal of this n8n: its keys are at hand, and its word counts for its own apps only (S34). */
async function isOwnPortal(vault: Vault, { registration }: Connection, issuer: string): Promise<boolean> {
	if (issuer === registration.portalUrl) return true;
	return registration.portal !== undefined && (await vault.registrations.listByPortal(registration.portal.id)).some(({ portalUrl }) => portalUrl === issuer);
}

async function remoteKeys({ issuer, jwksUrl }: IdentityPolicy, { fetch, resolveEndpoints }: VerifyingRun): Promise<IdentityTokenChecks['keys']> {
	if (jwksUrl !== undefined) return { url: jwksUrl };
	const { jwksUrl: url } = await resolveEndpoints({ issuer, known: {}, insteadOfDiscovery: 'enter "Identity Keys URL"' }, fetch);
	if (url === undefined) throw new ConnectedAppsError('settingInvalid', `${issuer} does not tell where its keys are`, { field: 'identityKeysUrl', advice: 'Enter "Identity Keys URL" in the credential' });
	return { url };
}

/** All items of a node ask at once. */
const claiming = new Map<string, Promise<void>>();

/**
 * An assertion of the portal starts one execution: whoever else reads it (another flow of the same audience, who looks at the execution)
 * cannot start a second one with it. Within its execution every node may read it.
 * @throws ConnectedAppsError `userInvalid` if it has been used
 */
async function claimForExecution(vault: Vault, connection: Connection, claims: Readonly<Record<string, unknown>>, identity: PersonOfClaims, run: VerifyingRun): Promise<void> {
	const jti = String(claims.jti);
	const mark = sha256(JSON.stringify(['assertion', jti, run.executionId]));
	const claim = async (): Promise<void> => {
		if (await vault.seen.first(`assertion ${jti}`, USED_MS)) {
			await vault.identities.put(mark, identity, USED_MS);
			await vault.audit.add({ type: 'runStarted', connectionId: connection.id, userKey: identity.userKey, use: { executionId: run.executionId, workflowId: run.workflowId }, detail: typeof claims.flow === 'string' ? claims.flow : undefined });
			return;
		}
		if (run.executionId !== '' && (await vault.identities.find(mark, USED_MS)) !== undefined) return;
		await vault.audit.add({ type: 'refused', connectionId: connection.id, userKey: identity.userKey, detail: 'A start from the portal was used a second time' });
		throw new ConnectedAppsError('userInvalid', 'The token in "User" has started another execution already', { field: 'user', advice: 'Start the flow from the portal again' });
	};
	const running = claiming.get(mark) ?? claim().finally(() => claiming.delete(mark));
	claiming.set(mark, running);
	await running;
}

async function verify(vault: Vault, connection: Connection, policy: IdentityPolicy, token: string, run: VerifyingRun) {
	const { issuer, audience, claim, trustsEmail = false } = policy;
	const own = await isOwnPortal(vault, connection, issuer);
	const keys = own ? { local: assertionKeys(vault).keys } : await remoteKeys(policy, run);
	const claims = await verifyIdentityToken(token, { issuer, audience, keys, fetch: run.fetch, nowMs: await vault.nowMs() });
	if (own && claims.portal !== portalIdOf(connection.registration)) throw new ConnectedAppsError('userInvalid', 'The token in "User" was made by another portal', { field: 'user', advice: 'Start the flow from the portal that offers this app' });
	const identity = personOfClaims(claims, { claim, trustsEmail: trustsEmail || (own && OWN_CLAIMS.includes(claim)), emailAdvice: 'An administrator turns on "Treat E-Mails as Verified" in the credential if the issuer gives out only addresses that are people’s own' });
	if (own) await claimForExecution(vault, connection, claims, identity, run);
	return identity;
}

/**
 * Whom the caller's token names, once its signature, issuer, audience and time hold. It is verified once in an execution and remembered
 * for it, encrypted: it may expire while the flow waits, and on resume it names the same person.
 * @throws ConnectedAppsError `userMissing`, `userInvalid`, `providerUnavailable`, `settingInvalid`
 */
export async function verifiedUser(vault: Vault, connection: Connection, value: unknown, run: VerifyingRun): Promise<UserKey> {
	const policy = connection.registration.policy.identity;
	if (policy === undefined) throw new ConnectedAppsError('settingInvalid', 'The credential does not say whose tokens it believes', { field: 'identityIssuer', advice: 'Publish the Connected Apps Trigger again' });
	const token = tokenOf(value);
	// Another policy asks anew.
	const idHash = run.executionId === '' ? undefined : sha256(JSON.stringify(['execution', connection.id, policy, run.executionId, sha256(token)]));
	const remembered = idHash === undefined ? undefined : await vault.identities.find(idHash, REMEMBERED_MS);
	if (remembered !== undefined) return remembered.userKey;
	const { userKey, person } = await verify(vault, connection, policy, token, run);
	if (idHash !== undefined) await vault.identities.put(idHash, { userKey, person }, REMEMBERED_MS);
	await rememberPerson(vault, { connection }, userKey, person);
	return userKey;
}
