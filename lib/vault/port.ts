// More than 300 lines: all that a room may ask of the vault, to be read in one place; the stores behind it are files of their own.
// The vault's one port. It owns rows, leases, deadlines and encryption at rest; it knows no OAuth,
// no provider and no n8n. Every deadline is computed and compared with the database's own clock, so callers
// pass durations and never instants. Rows come back sealed (`Stored…`); opening one is a separate, explicit act.
import type { ErrorCode } from '../errors';
import type {
	AccountMatch,
	ConnectionId,
	ConnectionPolicy,
	EncryptedTokens,
	OAuthClientSettings,
	OAuthEndpoints,
	KnownPerson,
	OwnerTrigger,
	PortalMode,
	ProviderAccount,
	SessionIdentity,
	SignInMethod,
	SignInTerms,
	TokenSet,
	Traits,
	UseContext,
	UserKey,
} from '../types';

export type { AccountMatch };

// ---------------------------------------------------------------- registrations

/** What the owner trigger registers; everything here may be read by whoever reads the database. */
export interface Registration {
	/** SHA-256 (base64url) over connectionName, token endpoint and client id: how a credential finds its connection. */
	claimKey: string;
	connectionName: string;
	credentialType: string;
	credentialId: string;
	providerId: string;
	owner: OwnerTrigger;
	appName: string;
	appDescription: string;
	endpoints: OAuthEndpoints;
	clientId: string;
	/** Hosts (host[:port]) that tokens may be sent to besides the grant's own `apiBaseUrl`. */
	apiHosts: string[];
	/** What the provider remembers of the settings. */
	traits: Traits;
	policy: ConnectionPolicy;
	/** Scopes that every sign-in asks for. */
	scopes: string[];
	/** Public base of the owner trigger's pages, e.g. `https://n8n.example/webhook/connected-apps` (no trailing slash). */
	portalUrl: string;
	redirectUri: string;
	/** Absent: its own trigger is a portal by itself, with personal links. */
	portal?: PortalMembership;
}

/** Triggers that carry the same portal sign-in credential form one portal. */
export interface PortalMembership {
	/** Follows from the credential and the vault's key, so that nobody joins who does not hold it. */
	id: string;
	/** `connectionsOnly`: its apps stand on the page of another trigger of this portal. */
	mode: PortalMode;
	signInMethod: SignInMethod;
	/** Flows that this trigger lists for people to start. */
	flows?: RunnableFlow[];
}

/** A flow that people start from My connected apps, as themselves. */
export interface RunnableFlow {
	name: string;
	description?: string;
	/** Of its webhook: https, or http on loopback. */
	url: string;
	/** What the portal's word about the person is made out to; default: `url`. */
	audience?: string;
}

export interface StoredRegistration extends Registration {
	id: ConnectionId;
	active: boolean;
	/** HMAC over the client's secret and connection key; compare with `Vault.verifyProof`. */
	proof: string;
	sealedClient: string;
	registeredAtMs: number;
	/** Refreshed by the owner trigger every 30 s. */
	seenAtMs: number;
	/** When it was unpublished; grants keep working for 24 h. */
	inactiveSinceMs?: number;
	/** What the credential says, where an administrator has it called otherwise on the portal. */
	asRegistered?: Pick<Registration, 'appName' | 'appDescription'>;
	/** An administrator deleted it: registering does not bring it back. */
	deletedAtMs?: number;
	deletedBy?: UserKey;
	nowMs: number;
}

export interface RegistrationStore {
	/**
	 * Inserts or updates the owner's connection and marks it active and seen.
	 * @throws ConnectedAppsError `connectionTaken` if another owner's registration of the same claim is active
	 *   (and was seen within the last 24 h); the message names that workflow and node. `connectionInactive` if an
	 *   administrator deleted another owner's of the same claim; the owner's own stays inactive then.
	 */
	register(registration: Registration, proof: string, client: OAuthClientSettings): Promise<StoredRegistration>;
	/** The active registration of a claim, else the one that became inactive last. */
	findByClaim(claimKey: string): Promise<StoredRegistration | undefined>;
	find(id: ConnectionId): Promise<StoredRegistration | undefined>;
	listByOwner(owner: Pick<OwnerTrigger, 'workflowId' | 'nodeId'>): Promise<StoredRegistration[]>;
	/** Every connection of a portal, whichever trigger offers it; also inactive ones. */
	listByPortal(portalId: string): Promise<StoredRegistration[]>;
	/** Active connections of this client, at whatever server: the caller compares the endpoints. */
	listActiveByClient(clientId: string): Promise<StoredRegistration[]>;
	/** Marks the owner's connections inactive, except the ids in `keep`. */
	deactivate(owner: Pick<OwnerTrigger, 'workflowId' | 'nodeId'>, keep?: ConnectionId[]): Promise<void>;
	/** Other words than the credential's, which survive that it registers again; what is absent is as the credential says. */
	rename(id: ConnectionId, words: { appName?: string; appDescription?: string }): Promise<void>;
	/** Inactive for good: `register` leaves it so, and refuses its claim to others. False if it was deleted already. */
	markDeleted(id: ConnectionId, by: UserKey): Promise<boolean>;
	/** Takes the mark away; it is active again when its trigger registers it next. */
	allowAgain(id: ConnectionId): Promise<boolean>;
	openClient(registration: StoredRegistration): Promise<OAuthClientSettings>;
}

// ---------------------------------------------------------------- grants

export type GrantEndReason = 'disconnected' | 'expiredIdle' | 'expiredAbsolute' | 'invalidGrant' | 'rotationInterrupted' | 'replaced' | 'reauthorize';

export interface GrantKey {
	connectionId: ConnectionId;
	userKey: UserKey;
}

/** A grant as the database holds it: tokens sealed. */
export interface StoredGrant extends GrantKey {
	/** Raised by every change of tokens or state: the fence. */
	version: number;
	state: 'active' | 'ended';
	endReason?: GrantEndReason;
	/** Absent once the grant has ended. */
	sealedTokens?: EncryptedTokens;
	/** SHA-256 (base64url) of the access token: tells a rejected token from a newer one without opening the row. */
	accessTokenHash?: string;
	/** Known expiry of the access token, if any. */
	accessExpiresAtMs?: number;
	grantedScopes: string[];
	account: ProviderAccount;
	connectedAtMs: number;
	lastUsedAtMs: number;
	lastUse?: UseContext;
	useCount: number;
	/** Set just before a refresh is POSTed, cleared by its outcome: an answer may have been lost. Holds the version refreshed. */
	refreshStartedVersion?: number;
	leaseOwner?: string;
	leaseUntilMs?: number;
	/** Until then no refresh is tried after a temporary failure. */
	coolDownUntilMs?: number;
	failureCount: number;
	lastFailureCode?: string;
	/** The database's clock at reading. */
	nowMs: number;
}

export interface GrantStore {
	find(key: GrantKey): Promise<StoredGrant | undefined>;
	listByUser(userKey: UserKey, connectionIds: ConnectionId[]): Promise<StoredGrant[]>;
	listByConnection(connectionId: ConnectionId): Promise<StoredGrant[]>;
	countActive(connectionId: ConnectionId): Promise<number>;
	/** Active grants of a connection whose pinned provider subject is this one (portal: *Sign in with <app>*). */
	findBySubject(connectionId: ConnectionId, subject: string): Promise<StoredGrant[]>;
	/**
	 * Stores what a sign-in brought (insert or replace): version + 1, clocks reset, lease, journal and cool-down cleared. With
	 * `revokeReplaced` a replaced grant's refresh token (if another) goes to the revocation queue; not where that would end the new one too.
	 */
	save(key: GrantKey, tokens: TokenSet, account: ProviderAccount, options: { revokeReplaced: boolean }): Promise<StoredGrant>;
	/** Decrypts. @throws ConnectedAppsError `vaultKeyWrong` if it was sealed for another row, version or key. */
	openTokens(grant: StoredGrant): Promise<TokenSet>;

	/** Takes the refresh lease of an active grant if nobody holds it. `undefined` = held by another or no active grant. */
	acquireLease(key: GrantKey, owner: string, leaseMs: number): Promise<StoredGrant | undefined>;
	renewLease(key: GrantKey, owner: string, leaseMs: number): Promise<boolean>;
	releaseLease(key: GrantKey, owner: string): Promise<void>;
	/** Journal mark before the POST. False if the version moved on. */
	markRefreshStarted(key: GrantKey, version: number): Promise<boolean>;
	/** The fence: writes only `WHERE version = ?`, raises the version, clears lease, journal, cool-down. `undefined` = zero rows. */
	replaceTokens(key: GrantKey, version: number, tokens: TokenSet): Promise<StoredGrant | undefined>;
	/** A failure: cool-down, failure count + 1; the journal is cleared, unless an answer may have been lost. Tokens and version stay. */
	recordFailure(key: GrantKey, version: number, code: string, coolDownMs: number, answerMayBeLost?: boolean): Promise<void>;
	/** Learned expiry (introspection); version stays. */
	learnExpiry(key: GrantKey, version: number, accessExpiresAtMs: number): Promise<void>;
	/** Forces the next use to refresh (a 401 proved the access token dead). */
	expireAccessToken(key: GrantKey, version: number): Promise<void>;
	/**
	 * Ends a grant (a disconnect also forgets one that has ended by itself): tokens removed, version + 1; with `revoke` its refresh (else access) token is moved to the
	 * revocation queue in the same transaction. With `version`: only if it is still that version.
	 * Returns the ended grant, or `undefined` if nothing was ended.
	 */
	end(key: GrantKey, reason: GrantEndReason, options: { version?: number; revoke: boolean }): Promise<StoredGrant | undefined>;
	/**
	 * Active grants that the nearer of the policy's clocks ends within its `…SoonMs` and whose end was not told yet, and all
	 * that are past one. `idleMs` / `absoluteMs`: 0 = no such clock.
	 */
	listExpiring(connectionId: ConnectionId, clocks: { idleMs: number; idleSoonMs: number; absoluteMs: number; absoluteSoonMs: number }, limit: number): Promise<StoredGrant[]>;
	/** Remembers which end was told; a later use moves the end, and it will be told anew. False if this end was marked already. */
	markExpiryTold(key: GrantKey, expiresAtMs: number): Promise<boolean>;
	/** Numbers of grants; connections without any are left out. `needSignIn`: ended, and not by the person. */
	tally(connectionIds: ConnectionId[]): Promise<{ connectionId: ConnectionId; active: number; needSignIn: number; failing: number }[]>;
	/** People with grants, ended ones included, by user key. `search` is part of the key; `after` the last key of the page before. */
	listUsers(which: { connectionIds: ConnectionId[]; search?: string; after?: string }, limit: number): Promise<{ userKey: UserKey; active: number; connections: number; lastUsedAtMs: number }[]>;
	/** Grants of a connection by user key, beginning after one. */
	listPage(connectionId: ConnectionId, after: UserKey, limit: number): Promise<StoredGrant[]>;
	/** Adds uses; the idle clock slides. */
	recordUse(key: GrantKey, count: number, use: UseContext): Promise<void>;
	/** The same for many grants in one transaction. */
	recordUses(uses: { key: GrantKey; count: number; use: UseContext }[]): Promise<void>;
}

// ---------------------------------------------------------------- sign-in requests

/** How the flow that waits owes its answer. */
export type AnswerMode = 'responseNode' | 'lastNode' | 'none';

/**
 * open → completed (grant stored) → resuming (claimed) → resumed; open → timedOut → resuming → resumed;
 * any → closed (execution gone).
 */
export type SignInRequestState = 'open' | 'completed' | 'timedOut' | 'resuming' | 'resumed' | 'closed';

/** Which node run waits. */
export interface NodeRun {
	executionId: string;
	nodeName: string;
	runIndex: number;
}

export interface StoredSignInRequest extends NodeRun, GrantKey {
	id: string;
	state: SignInRequestState;
	workflowId: string;
	workflowName: string;
	answer: AnswerMode;
	/** Hash over all user keys the node evaluated when it paused; on resume they must be the same. */
	usersHash: string;
	/** What the node's operation needs beyond the connection's own scopes; with `terms.exactScopes` instead of them. */
	scopes: string[];
	terms: SignInTerms;
	/** Code of the failure that ended the wait (only with `terms.endsOnFailure`); state `completed` and what follows it. */
	failureCode?: ErrorCode;
	sealedResumeUrl: string;
	/** SHA-256 of the bound browser's cookie value. */
	browserHash?: string;
	createdAtMs: number;
	/** Absent = waits without limit. */
	expiresAtMs?: number;
	completedAtMs?: number;
	/** True once the limit passed before anybody signed in (also while resuming). */
	timedOut: boolean;
	claimOwner?: string;
	attempts: number;
	nowMs: number;
}

export interface NewSignInRequest extends NodeRun, GrantKey {
	workflowId: string;
	workflowName: string;
	answer: AnswerMode;
	usersHash: string;
	scopes?: string[];
	terms?: SignInTerms;
	resumeUrl: string;
	/** 0 = no limit. */
	expiresInMs: number;
}

/** How many requests of people who never connected the app a workflow may have: whoever makes people up must not fill the vault (S40). */
export interface NewPeopleBounds {
	/** Opened within the last hour, whatever became of them. */
	perHour: number;
	/** Open ones. */
	waiting: number;
}

export interface SignInRequestStore {
	/**
	 * Opens the request of a node run for one (connection, user); the same one again if it is open already
	 * (retries), reopened if it had been completed, resumed or closed (the grant was lost again).
	 * `created` is true for new and for reopened ones.
	 * @param newPeople counts for people without a grant of this connection, living or ended; absent = no bound
	 * @throws ConnectedAppsError `tooManyRequests` above `maxOpenPerUser` open ones of this user, or above `newPeople`.
	 */
	open(request: NewSignInRequest, maxOpenPerUser: number, newPeople?: NewPeopleBounds): Promise<{ request: StoredSignInRequest; created: boolean }>;
	find(id: string): Promise<StoredSignInRequest | undefined>;
	listForNode(run: NodeRun): Promise<StoredSignInRequest[]>;
	/** Newest first; used by `continue` to find the next app's request of the same execution. */
	listForExecution(executionId: string): Promise<StoredSignInRequest[]>;
	/** Open ones. */
	countWaiting(userKey: UserKey, connectionId: ConnectionId): Promise<number>;
	/** Open ones of these connections (default: of all), the one that waits longest first. */
	listOpen(of: { connectionIds?: ConnectionId[]; userKey?: UserKey }, limit: number): Promise<StoredSignInRequest[]>;
	/** Numbers of open ones; connections without any are left out. */
	countOpen(connectionIds: ConnectionId[]): Promise<{ connectionId: ConnectionId; waiting: number }[]>;
	openResumeUrl(request: StoredSignInRequest): Promise<string>;

	/** Sets the one-time hand-over code (replacing an older one). */
	setHandOver(id: string, codeHash: string, ttlMs: number): Promise<void>;
	/** One use: true if the code matched and was alive; the browser is bound. */
	exchangeHandOver(id: string, codeHash: string, browserHash: string): Promise<boolean>;
	bindBrowser(id: string, browserHash: string): Promise<void>;

	/** What the open requests of this (connection, user) need beyond the connection's own scopes. */
	scopesWaitedFor(key: GrantKey): Promise<string[]>;
	/** Marks the open requests of this (connection, user) completed, all or those that `isMet` says yes to; returns them. */
	complete(key: GrantKey, isMet?: (request: Pick<StoredSignInRequest, 'id' | 'scopes' | 'terms'>) => boolean): Promise<StoredSignInRequest[]>;
	/** What one and the same sign-in completed, whatever has become of it since; the one that waited longest first. */
	listCompletedWith(request: Pick<StoredSignInRequest, 'userKey' | 'connectionId' | 'completedAtMs'>, limit: number): Promise<StoredSignInRequest[]>;
	/** Ends the wait of an open request without a sign-in (open → completed, with `failureCode`). False if it was not open. */
	fail(id: string, code: ErrorCode): Promise<boolean>;
	/** Compare-and-set on the whole node run: all its requests completed or timed out and unclaimed → resuming. `undefined` otherwise. */
	claim(run: NodeRun, owner: string, claimMs: number): Promise<StoredSignInRequest[] | undefined>;
	/**
	 * The execution took the resume (or the node ran again): every request of the run that was not open is over. The
	 * claimer passes its `owner`, so that coming late it does not touch what the node has opened anew meanwhile.
	 */
	markResumed(run: NodeRun, owner?: string): Promise<void>;
	/** Back to completed / timedOut, to be tried again in `retryInMs`. */
	releaseClaim(run: NodeRun, owner: string, retryInMs: number): Promise<void>;
	/** The execution is gone, cancelled or finished. */
	close(run: NodeRun): Promise<void>;
	/** open → timedOut where the limit passed; returns them. */
	expireOverdue(limit: number): Promise<StoredSignInRequest[]>;
	/**
	 * Node runs whose requests are all completed or timed out, that nobody claims (an expired claim counts as none)
	 * and whose retry time has come; those with a bound browser only `graceMs` after completion.
	 */
	listDue(graceMs: number, limit: number): Promise<NodeRun[]>;
}

// ---------------------------------------------------------------- waits

/** running (the node is at work) → waiting (parked) → resuming (claimed) → running …; any → finished. */
export type WaitState = 'running' | 'waiting' | 'resuming' | 'finished';

/** One thing outside that a node run waits for, other than a sign-in. A run may wait for several. */
export interface StoredWait extends NodeRun {
	id: string;
	/** The same text for whoever waits and whoever wakes; readable by whoever reads the database. */
	topic: string;
	state: WaitState;
	workflowId: string;
	workflowName: string;
	sealedContent: string;
	/** The node has its outcome; what is left are the run's other waits. */
	settled: boolean;
	/** How often it was woken so far. */
	wakes: number;
	createdAtMs: number;
	/** Somebody has woken it since the node looked. */
	woken: boolean;
	/** Past its limit. */
	expired: boolean;
	/** How long until it is looked at again unless somebody wakes it; 0 = now. */
	checkInMs: number;
	/** To be looked at now: woken since the node looked last, its time has come, or past its limit. */
	isDue: boolean;
	attempts: number;
}

export interface NewWait extends NodeRun {
	topic: string;
	workflowId: string;
	workflowName: string;
	resumeUrl: string;
	/** 0 = no limit. */
	limitMs: number;
}

/** What is sealed. */
export interface WaitContent {
	resumeUrl: string;
	outcome?: Record<string, unknown>;
}

export interface WaitStore {
	/** The run's wait for this topic: a new one, or the one that is not finished yet, with the limit that it had. */
	open(wait: NewWait): Promise<StoredWait>;
	/** Oldest first. */
	listForExecution(executionId: string): Promise<StoredWait[]>;
	/** @throws ConnectedAppsError `vaultKeyWrong` if it was sealed for another row or key */
	openContent(wait: StoredWait): Promise<WaitContent>;
	settle(wait: StoredWait, outcome: Record<string, unknown>): Promise<void>;
	/** The node runs (again): nobody resumes it until it parks. Returns the run's unfinished waits. */
	takeUp(run: NodeRun): Promise<StoredWait[]>;
	/** The last thing before the execution is put to wait. Who was woken more often than `wakesSeen` is due at once. */
	park(waits: { id: string; wakesSeen: number; checkInMs: number }[]): Promise<void>;
	/** Done, failed or gone. */
	finish(run: NodeRun): Promise<void>;
	/** Makes whoever waits for it due now; what is not parked yet will be when it parks. Returns how many there are. */
	wake(topic: string): Promise<number>;
	/** Compare-and-set on the whole node run: something of it is due and nobody claims it → resuming. `undefined` otherwise. */
	claim(run: NodeRun, owner: string, claimMs: number): Promise<StoredWait[] | undefined>;
	/** Back to waiting, to be tried again in `retryInMs`. */
	releaseClaim(run: NodeRun, owner: string, retryInMs: number): Promise<void>;
	/** Node runs that `claim` would give. */
	listDue(limit: number): Promise<NodeRun[]>;
	/** This trigger goes on with what is due; said again and again while it does. */
	noteSweeper(ownerKey: string): Promise<void>;
	forgetSweeper(ownerKey: string): Promise<void>;
	/** Some trigger has said so within that time. */
	isSwept(withinMs: number): Promise<boolean>;
}

/** Messages from outside that must count once. */
export interface SeenStore {
	/** True for the first who says so within `ttlMs`, in whatever process. */
	first(id: string, ttlMs: number): Promise<boolean>;
	/** It did not work out: the next one is the first again. */
	forget(id: string): Promise<void>;
}

// ---------------------------------------------------------------- authorization transactions, links, sessions

export type SignInPurpose = 'request' | 'connect' | 'portal' | 'serviceAccount';

export interface AuthorizationTransaction {
	connectionId: ConnectionId;
	/** Absent for purpose `portal`: whoever signs in there is found by the pinned subject. */
	userKey?: UserKey;
	purpose: SignInPurpose;
	requestId?: string;
	redirectUri: string;
	browserHash: string;
	/** Sealed at rest. */
	codeVerifier: string;
	nonce: string;
	scopes: string[];
	/** RFC 9449: private JWK that the tokens will be bound to. */
	dpopKey?: string;
	/** Id of the request that the portal goes on with afterwards. */
	returnTo?: string;
	/** Address of the page that the person came from, where another trigger of the same portal offers the connection. */
	returnPortalUrl?: string;
	/** Provider subject of another account than the pinned one, that the person has confirmed to change to. */
	confirmedSubject?: string;
}

/** A sign-in to the portal itself, at the organisation's OpenID provider. */
export interface PortalSignInTransaction {
	portalId: string;
	redirectUri: string;
	browserHash: string;
	codeVerifier: string;
	nonce: string;
	/** By the database's clock; absent in what was started before it was kept. */
	startedAtMs?: number;
	/** Id of the request that the portal goes on with afterwards. */
	returnTo?: string;
}

export interface PortalSignInStore {
	start(stateHash: string, transaction: PortalSignInTransaction, ttlMs: number): Promise<void>;
	/** Deletes and returns it; `undefined` if unknown, used or expired. */
	take(stateHash: string): Promise<PortalSignInTransaction | undefined>;
}

export interface TransactionStore {
	start(stateHash: string, transaction: AuthorizationTransaction, ttlMs: number): Promise<void>;
	/** Deletes and returns it; `undefined` if unknown, used or expired. */
	take(stateHash: string): Promise<AuthorizationTransaction | undefined>;
}

export interface PersonalLink {
	purpose: 'request' | 'portal' | 'serviceAccount';
	userKey: UserKey;
	/** The owner trigger (`workflowId:nodeId`) whose portal the link opens. */
	ownerKey: string;
	connectionId?: ConnectionId;
	requestId?: string;
}

export interface LinkStore {
	create(codeHash: string, link: PersonalLink, ttlMs: number): Promise<void>;
	/** Looks without using (a GET by a link scanner consumes nothing). */
	peek(codeHash: string): Promise<PersonalLink | undefined>;
	/** One use. */
	take(codeHash: string): Promise<PersonalLink | undefined>;
}

export interface PortalSession extends SessionIdentity {
	/** SHA-256 of what the browser holds: names the session, opens nothing. */
	idHash: string;
	portalId: string;
	createdAtMs: number;
	lastSeenAtMs: number;
}

/** What the portal's provider says is over: at least one of the two is told. */
export interface ProviderSignIn {
	/** Alone: all that this person has opened. */
	subject?: string;
	/** Only what was opened in this sign-in there, and, with `subject`, what nobody knows by which it was opened. */
	sessionId?: string;
}

export interface SessionStore {
	/**
	 * @param startedAtMs when the sign-in at the portal's provider began that it comes from
	 * @returns false if the provider has told since then that it is over: there is no session then
	 */
	create(idHash: string, portalId: string, identity: SessionIdentity, limits: { idleMs: number; absoluteMs: number }, startedAtMs?: number): Promise<boolean>;
	/** Slides the idle limit; `undefined` if unknown, another portal's or past a limit. */
	touch(idHash: string, portalId: string): Promise<PortalSession | undefined>;
	/** Looks without sliding its limit; `undefined` as with `touch`. */
	find(idHash: string, portalId: string): Promise<PortalSession | undefined>;
	/** Living ones, the one seen last first. @param after the last one of the page before; who comes meanwhile is on the first page */
	list(portalId: string, limit: number, after?: Pick<PortalSession, 'lastSeenAtMs' | 'idHash'>): Promise<PortalSession[]>;
	listByUser(portalId: string, userKey: UserKey): Promise<PortalSession[]>;
	/** With `portalId`: only if it is that portal's. False if there was none. */
	delete(idHash: string, portalId?: string): Promise<boolean>;
	/** Ends all sessions of a person, but for `except`; returns how many. */
	deleteByUser(portalId: string, userKey: UserKey, except?: string): Promise<number>;
	/** Ends living sessions that were opened at the portal's provider; returns them. @param rememberMs for as long, `create` refuses what was under way by now */
	deleteByProvider(portalId: string, signIn: ProviderSignIn, rememberMs: number): Promise<PortalSession[]>;
}

// ---------------------------------------------------------------- tokens without a grant, and references

/** A token that the app got for itself or for a named subject (client credentials, JWT bearer, on-behalf-of): a cache, nothing more. */
export interface IssuedToken {
	tokens: TokenSet;
	/** Whose it is, where the provider was asked. */
	account?: ProviderAccount;
	expiresAtMs: number;
	nowMs: number;
}

export interface IssuedTokenStore {
	/**
	 * @param cacheKey made with `Vault.proofOf` over everything that the token depends on, secrets included: whoever does not
	 *   know them cannot name it. `undefined` if unknown, past its end or sealed with a lost key.
	 */
	find(cacheKey: string): Promise<IssuedToken | undefined>;
	put(cacheKey: string, token: Pick<IssuedToken, 'tokens' | 'account'>, ttlMs: number): Promise<void>;
	/** The API rejected it. Only if it is still the one of this hash. */
	forget(cacheKey: string, accessTokenHash: string): Promise<void>;
}

/** What an item may hold instead of a token; opens only in the workflow that it was made in. */
export type TokenReference =
	| { kind: 'grant'; workflowId: string; executionId?: string; connectionId: ConnectionId; userKey: UserKey }
	| { kind: 'exchanged'; workflowId: string; executionId: string; connectionId: ConnectionId; userKey: UserKey; tokens: TokenSet }
	| { kind: 'issued'; connectionId?: undefined; workflowId: string; credentialType: string; authority: string; clientId: string; apiHosts: string[]; tokens: TokenSet };

export interface ReferenceStore {
	create(idHash: string, reference: TokenReference, ttlMs: number): Promise<void>;
	/** `undefined` if unknown or past its end. @throws ConnectedAppsError `vaultKeyWrong` if it was sealed for another id or with a lost key */
	find(idHash: string): Promise<TokenReference | undefined>;
}

/** What a verified token told, for one execution; or what is known of a person, for the sign-ins to come. */
export interface RememberedIdentity {
	userKey: UserKey;
	person: KnownPerson;
}

export interface IdentityStore {
	/** Adds or replaces. */
	put(idHash: string, identity: RememberedIdentity, ttlMs: number): Promise<void>;
	/** Slides its end once half of `ttlMs` is over. `undefined` if unknown, past its end or sealed with a lost key. */
	find(idHash: string, ttlMs: number): Promise<RememberedIdentity | undefined>;
}

// ---------------------------------------------------------------- outbox, revocations, audit

export interface OutboxEvent {
	eventId: string;
	/** `workflowId:nodeId` of the trigger that emits it. */
	ownerKey: string;
	type: string;
	/** Sealed at rest: it may hold a personal link. JSON. */
	payload: Record<string, unknown>;
	createdAtMs: number;
	attempts: number;
}

export interface OutboxStore {
	/** With `dedupe`: returns undefined and adds nothing if an event of that key was added within `windowMs` and was not cleared. */
	add(event: { ownerKey: string; type: string; payload: Record<string, unknown> }, dedupe?: { key: string; windowMs: number }): Promise<string | undefined>;
	/** Many in one transaction; none of them is compared with others. */
	addAll(events: { ownerKey: string; type: string; payload: Record<string, unknown> }[]): Promise<void>;
	/** Lets the next event of this key pass (the person has signed in meanwhile). */
	clearDedupe(key: string): Promise<void>;
	/** Leases unemitted events, oldest first. */
	lease(ownerKey: string, owner: string, leaseMs: number, limit: number): Promise<OutboxEvent[]>;
	/** Emitted: payload is wiped, the row stays for 30 days. */
	markEmitted(eventId: string): Promise<void>;
}

export interface Revocation {
	id: string;
	connectionId: ConnectionId;
	userKey: UserKey;
	token: string;
	tokenTypeHint: 'refresh_token' | 'access_token';
	attempts: number;
}

export type RevocationOutcome = 'revoked' | 'notSupported' | 'gaveUp';

export interface RevocationStore {
	/** Queues a token that no grant holds and that could not be revoked at once. */
	add(key: GrantKey, token: Pick<Revocation, 'token' | 'tokenTypeHint'>): Promise<void>;
	/** Leases due revocations of these connections. */
	lease(connectionIds: ConnectionId[], owner: string, leaseMs: number, limit: number): Promise<Revocation[]>;
	/** Wipes the token, keeps the outcome. */
	finish(id: string, outcome: RevocationOutcome): Promise<void>;
	retry(id: string, inMs: number): Promise<void>;
	/** Outcome of the newest revocation of a grant: 'pending' while queued. */
	outcomeFor(key: GrantKey): Promise<RevocationOutcome | 'pending' | undefined>;
}

export type AuditType =
	| 'connected'
	| 'refreshed'
	| 'refused'
	| 'revoked'
	| 'expired'
	| 'disconnected'
	| 'accountChanged'
	| 'rekeyed'
	| 'serviceAccountUsed'
	| 'registered'
	| 'resumed'
	| 'resumeFailed'
	| 'exchanged'
	| 'runStarted'
	| 'portalSignedIn'
	| 'portalSignedOut'
	| 'sessionEnded'
	| 'exported'
	| 'administered';

export interface AuditEntry {
	type: AuditType;
	connectionId?: ConnectionId;
	/** Where it happened, if it concerns a portal and none of its connections: no other portal tells of it (S34). */
	portalId?: string;
	/** Whom it concerns. */
	userKey?: UserKey;
	/** The administrator who did it. */
	actor?: UserKey;
	use?: UseContext;
	/** One plain sentence; never a secret. */
	detail?: string;
}

export interface AuditStore {
	add(entry: AuditEntry): Promise<void>;
	/** Many at once. */
	addAll(entries: AuditEntry[]): Promise<void>;
	/** Newest first. */
	listByUser(userKey: UserKey, limit: number): Promise<(AuditEntry & { atMs: number })[]>;
	/** Newest first. */
	listByConnections(connectionIds: ConnectionId[], limit: number): Promise<(AuditEntry & { atMs: number })[]>;
}

/** Uses of a connection by a person in one workflow; kept as long as the audit log. */
export interface WorkflowUse extends GrantKey {
	workflowId: string;
	workflowName: string;
	useCount: number;
	lastUsedAtMs: number;
}

/** Written by `GrantStore.recordUse`. */
export interface UsageStore {
	/** The last used one first. */
	listByUser(userKey: UserKey, connectionIds: ConnectionId[], limit: number): Promise<WorkflowUse[]>;
	/** The last used one first. */
	listByWorkflow(connectionIds: ConnectionId[], limit: number): Promise<(Omit<WorkflowUse, 'userKey'> & { users: number })[]>;
}

// ---------------------------------------------------------------- the vault

export interface Vault {
	registrations: RegistrationStore;
	grants: GrantStore;
	usage: UsageStore;
	requests: SignInRequestStore;
	waits: WaitStore;
	seen: SeenStore;
	transactions: TransactionStore;
	portalSignIns: PortalSignInStore;
	links: LinkStore;
	sessions: SessionStore;
	identities: IdentityStore;
	issuedTokens: IssuedTokenStore;
	references: ReferenceStore;
	outbox: OutboxStore;
	revocations: RevocationStore;
	audit: AuditStore;
	/** HMAC-SHA-256 with the vault's key, base64url, prefixed by its key id. */
	proofOf(material: string): string;
	/** The same with a secret of this vault that no change of its key changes: for names that must last. */
	lastingProofOf(material: string): string;
	/** Constant time; accepts proofs made with previous keys. */
	verifyProof(material: string, proof: string): boolean;
	/** Keys that the portal signs its own assertions with: the current one first, then those of previous vault keys, to verify with. */
	readonly identityKeys: readonly IdentityKey[];
	/** The database's clock. */
	nowMs(): Promise<number>;
	/**
	 * Seals up to `limit` rows, that a previous key still seals, with the current one; returns how many it was. Safe
	 * while flows run: versions stay, a row that is changed meanwhile is left alone. 0 = nothing left (or no previous key).
	 * What lives for hours only (transactions, links, sessions, issued tokens) is left to expire.
	 */
	rekey(limit: number): Promise<number>;
	/** How many rows another key than the current one seals: `left` to seal anew, `unreadable` for want of their key. */
	rekeyProgress(): Promise<{ left: number; unreadable: number }>;
	/** Deletes what is past its own end: transactions, links, sessions, ended sign-ins, issued tokens, references. Anybody may make some of them, as many as the limits let through. */
	pruneExpired(): Promise<void>;
	/** Deletes what is past its retention: finished requests and events, ended grants, audit; and what is past its own end. */
	prune(retention: { finishedMs: number; endedGrantsMs: number; auditMs: number }): Promise<void>;
	close(): Promise<void>;
}

/** 32 bytes each, derived by `deriveVaultKey`; `kid` is a fingerprint that reveals nothing. */
export interface VaultKey {
	kid: string;
	encryption: Uint8Array;
	mac: Uint8Array;
	/** Seed of the key that identities are signed with. */
	identity: Uint8Array;
}

/** P-256. The private half stays in this process. */
export interface IdentityKey {
	kid: string;
	/** JWK members. */
	publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
	/** Private JWK member `d`. */
	d: string;
}

export interface VaultKeys {
	current: VaultKey;
	previous: VaultKey[];
}

export interface SqliteSettings {
	kind: 'sqlite';
	path: string;
}

export interface PostgresSettings {
	kind: 'postgres';
	/** Either a connection string or single settings. */
	connectionString?: string;
	host?: string;
	port?: number;
	user?: string;
	password?: string;
	database?: string;
	ssl?: false | { ca?: string; cert?: string; key?: string; rejectUnauthorized: boolean };
	connectionTimeoutMs: number;
	idleTimeoutMs: number;
	statementTimeoutMs: number;
	/** At most 4. */
	poolSize: number;
	schema: string;
	tablePrefix: string;
}

export interface VaultOptions {
	backend: SqliteSettings | PostgresSettings;
	keys: VaultKeys;
	/** Added to the database's clock; tests move time with it instead of sleeping. */
	clockOffsetMs?: () => number;
}
