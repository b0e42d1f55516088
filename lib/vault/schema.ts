// The rows as Kysely sees them: camelCase of the columns in `migrations/`. Flags are 0/1, lists and objects are
// JSON text, instants are milliseconds of the database's clock; whatever begins with `sealed` is a JWE.
// More than 300 lines: every table, column by column.
import type { ErrorCode } from '../errors';
import type { AuditType, AnswerMode, GrantEndReason, RevocationOutcome, SignInRequestState, WaitState } from './port';

export interface MetaRow {
	name: string;
	value: string;
}

export interface RegistrationRow {
	id: string;
	claimKey: string;
	connectionName: string;
	credentialType: string;
	credentialId: string;
	providerId: string;
	ownerWorkflowId: string;
	ownerWorkflowName: string;
	ownerNodeId: string;
	ownerNodeName: string;
	appName: string;
	appDescription: string;
	endpoints: string;
	clientId: string;
	apiHosts: string;
	/** `null` in rows of version 1. */
	traits: string | null;
	policy: string;
	scopes: string;
	portalUrl: string;
	redirectUri: string;
	/** `null` in rows of version 2. */
	portalId: string | null;
	portal: string | null;
	active: number;
	proof: string;
	sealedClient: string;
	keyId: string;
	registeredAtMs: number;
	seenAtMs: number;
	inactiveSinceMs: number | null;
	/** What an administrator has it called on the portal. `null`: as the credential says; in rows of version 4 as well. */
	shownName: string | null;
	shownDescription: string | null;
	/** Deleted by an administrator: registering does not bring it back. */
	deletedAtMs: number | null;
	deletedBy: string | null;
}

export interface GrantRow {
	connectionId: string;
	userKey: string;
	version: number;
	state: 'active' | 'ended';
	endReason: GrantEndReason | null;
	endedAtMs: number | null;
	sealedTokens: string | null;
	keyId: string | null;
	accessTokenHash: string | null;
	accessExpiresAtMs: number | null;
	grantedScopes: string;
	account: string;
	accountSubject: string;
	connectedAtMs: number;
	lastUsedAtMs: number;
	lastUse: string | null;
	useCount: number;
	refreshStartedVersion: number | null;
	leaseOwner: string | null;
	leaseUntilMs: number | null;
	coolDownUntilMs: number | null;
	failureCount: number;
	lastFailureCode: string | null;
	/** The end by the policy's clocks that was told. */
	expiryToldForMs: number | null;
}

export interface RequestRow {
	id: string;
	executionId: string;
	nodeName: string;
	runIndex: number;
	connectionId: string;
	userKey: string;
	state: SignInRequestState;
	workflowId: string;
	workflowName: string;
	answer: AnswerMode;
	usersHash: string;
	scopes: string;
	/** `null` in rows of version 1. */
	terms: string | null;
	failureCode: ErrorCode | null;
	sealedResumeUrl: string;
	keyId: string;
	browserHash: string | null;
	handOverHash: string | null;
	handOverUntilMs: number | null;
	createdAtMs: number;
	expiresAtMs: number | null;
	completedAtMs: number | null;
	timedOut: number;
	claimOwner: string | null;
	/** Completed, timed out: not to be resumed before; resuming: the claim's end. */
	dueAtMs: number;
	attempts: number;
	finishedAtMs: number | null;
}

export interface WaitRow {
	id: string;
	executionId: string;
	nodeName: string;
	runIndex: number;
	topic: string;
	state: WaitState;
	workflowId: string;
	workflowName: string;
	/** Resume URL and, once settled, the outcome. */
	sealedContent: string;
	keyId: string;
	settled: number;
	wakes: number;
	/** How many of them the node knew of when it parked. */
	wakesSeen: number;
	createdAtMs: number;
	/** The node looks again, woken or not. */
	checkAtMs: number;
	expiresAtMs: number | null;
	/** Waiting: not to be resumed before; resuming: the claim's end. */
	dueAtMs: number;
	claimOwner: string | null;
	attempts: number;
	finishedAtMs: number | null;
}

/** A message from outside, by the hash of what makes it the same. */
export interface SeenRow {
	idHash: string;
	expiresAtMs: number;
}

/** A published trigger that goes on with waits that are due. */
export interface SweeperRow {
	ownerKey: string;
	seenAtMs: number;
}

export interface TransactionRow {
	stateHash: string;
	sealedTransaction: string;
	expiresAtMs: number;
}

export interface LinkRow {
	codeHash: string;
	sealedLink: string;
	expiresAtMs: number;
}

export interface SessionRow {
	idHash: string;
	portalId: string;
	sealedUser: string;
	/** SHA-256 of the user key; `null` in rows of version 2. */
	userHash: string | null;
	/** SHA-256 of `sub` at the portal's provider; `null` of other ways to sign in, and in rows of version 6. */
	subjectHash: string | null;
	/** SHA-256 of `sid` there; `null` where none was told, and in rows of version 6. */
	providerSessionHash: string | null;
	createdAtMs: number;
	lastSeenAtMs: number;
	idleMs: number;
	idleUntilMs: number;
	absoluteUntilMs: number;
}

/** One per person and sign-in there, however often it is told. */
export interface EndedSignInRow {
	/** SHA-256 of all that it names. */
	idHash: string;
	portalId: string;
	/** As in `SessionRow`; `null` where the provider did not tell it. */
	subjectHash: string | null;
	providerSessionHash: string | null;
	endedAtMs: number;
	expiresAtMs: number;
}

export interface IssuedTokenRow {
	/** HMAC over whatever the token depends on. */
	cacheKey: string;
	sealedToken: string;
	keyId: string;
	accessTokenHash: string;
	expiresAtMs: number;
}

export interface ReferenceRow {
	idHash: string;
	sealedReference: string;
	keyId: string;
	expiresAtMs: number;
}

export interface IdentityRow {
	idHash: string;
	sealedIdentity: string;
	keyId: string;
	expiresAtMs: number;
}

export interface OutboxRow {
	eventId: string;
	ownerKey: string;
	type: string;
	sealedPayload: string | null;
	keyId: string | null;
	dedupeHash: string | null;
	createdAtMs: number;
	/** Not to be leased before; `null` once emitted. */
	dueAtMs: number | null;
	leaseOwner: string | null;
	attempts: number;
	emittedAtMs: number | null;
}

export interface RevocationRow {
	id: string;
	connectionId: string;
	userKey: string;
	sealedToken: string | null;
	keyId: string | null;
	tokenTypeHint: 'refresh_token' | 'access_token';
	attempts: number;
	createdAtMs: number;
	/** Not to be leased before; `null` once finished. */
	dueAtMs: number | null;
	leaseOwner: string | null;
	outcome: RevocationOutcome | null;
	finishedAtMs: number | null;
}

export interface AuditRow {
	id: string;
	atMs: number;
	type: AuditType;
	connectionId: string | null;
	userKey: string | null;
	useContext: string | null;
	detail: string | null;
	/** Who did it to somebody else; `null` in rows of version 4. */
	actor: string | null;
	/** `null` in rows of version 7. */
	portalId: string | null;
}

export interface UsesRow {
	connectionId: string;
	workflowId: string;
	userKey: string;
	workflowName: string;
	useCount: number;
	lastUsedAtMs: number;
}

export interface Tables {
	meta: MetaRow;
	registrations: RegistrationRow;
	grants: GrantRow;
	uses: UsesRow;
	requests: RequestRow;
	waits: WaitRow;
	sweepers: SweeperRow;
	seen: SeenRow;
	transactions: TransactionRow;
	links: LinkRow;
	sessions: SessionRow;
	endedSignIns: EndedSignInRow;
	issuedTokens: IssuedTokenRow;
	references: ReferenceRow;
	identities: IdentityRow;
	outbox: OutboxRow;
	revocations: RevocationRow;
	audit: AuditRow;
}

export const TABLE_NAMES = [
	'meta',
	'registrations',
	'grants',
	'uses',
	'requests',
	'waits',
	'sweepers',
	'seen',
	'transactions',
	'links',
	'sessions',
	'endedSignIns',
	'issuedTokens',
	'references',
	'identities',
	'outbox',
	'revocations',
	'audit',
] as const satisfies readonly (keyof Tables)[];
