import type { CreateTableBuilder } from 'kysely';

import type { Db } from '../database';

type Columns = Record<string, 'text' | 'text?' | 'bigint' | 'bigint?' | 'integer'>;

function withColumns<Name extends string>(table: CreateTableBuilder<Name>, columns: Columns): CreateTableBuilder<Name> {
	return Object.entries(columns).reduce((builder, [name, type]) => {
		const optional = type.endsWith('?');
		return builder.addColumn(name, type.replace('?', '') as 'text' | 'bigint' | 'integer', (column) =>
			optional ? column : column.notNull(),
		);
	}, table);
}

/** Every table of version 1. What is short-lived by nature has an index on its deadline, for `prune`. */
export async function initial(db: Db): Promise<void> {
	const { schema } = db;
	const create = async (name: string, primaryKey: string[], columns: Columns): Promise<void> =>
		// The builder's type collects column names; here they come from a list.
		await withColumns(schema.createTable(name), columns)
			.addPrimaryKeyConstraint(`${name}_pk` as never, primaryKey as never)
			.execute();
	const index = (table: string, name: string, columns: string[]) => schema.createIndex(`${table}_${name}`).on(table).columns(columns);

	await create('registrations', ['id'], {
		id: 'text',
		claimKey: 'text',
		connectionName: 'text',
		credentialType: 'text',
		credentialId: 'text',
		providerId: 'text',
		ownerWorkflowId: 'text',
		ownerWorkflowName: 'text',
		ownerNodeId: 'text',
		ownerNodeName: 'text',
		appName: 'text',
		appDescription: 'text',
		endpoints: 'text',
		clientId: 'text',
		apiHosts: 'text',
		policy: 'text',
		scopes: 'text',
		portalUrl: 'text',
		redirectUri: 'text',
		active: 'integer',
		proof: 'text',
		sealedClient: 'text',
		keyId: 'text',
		registeredAtMs: 'bigint',
		seenAtMs: 'bigint',
		inactiveSinceMs: 'bigint?',
	});
	await index('registrations', 'claim', ['claimKey', 'active']).execute();
	await index('registrations', 'owner', ['ownerWorkflowId', 'ownerNodeId']).execute();
	await index('registrations', 'one_active', ['claimKey']).unique().where('active', '=', 1).execute();

	await create('grants', ['connectionId', 'userKey'], {
		connectionId: 'text',
		userKey: 'text',
		version: 'bigint',
		state: 'text',
		endReason: 'text?',
		endedAtMs: 'bigint?',
		sealedTokens: 'text?',
		keyId: 'text?',
		accessTokenHash: 'text?',
		accessExpiresAtMs: 'bigint?',
		grantedScopes: 'text',
		account: 'text',
		accountSubject: 'text',
		connectedAtMs: 'bigint',
		lastUsedAtMs: 'bigint',
		lastUse: 'text?',
		useCount: 'bigint',
		refreshStartedVersion: 'bigint?',
		leaseOwner: 'text?',
		leaseUntilMs: 'bigint?',
		coolDownUntilMs: 'bigint?',
		failureCount: 'bigint',
		lastFailureCode: 'text?',
		expiryToldForMs: 'bigint?',
	});
	// With the user key at its end it also serves the order; without, SQLite would rather walk the primary key.
	await index('grants', 'subject', ['connectionId', 'accountSubject', 'userKey']).execute();
	await index('grants', 'key', ['keyId']).execute();
	await index('grants', 'idle', ['connectionId', 'lastUsedAtMs']).where('state', '=', 'active').execute();
	await index('grants', 'absolute', ['connectionId', 'connectedAtMs']).where('state', '=', 'active').execute();
	await index('grants', 'ended', ['endedAtMs']).where('endedAtMs', 'is not', null).execute();

	await create('requests', ['id'], {
		id: 'text',
		executionId: 'text',
		nodeName: 'text',
		runIndex: 'integer',
		connectionId: 'text',
		userKey: 'text',
		state: 'text',
		workflowId: 'text',
		workflowName: 'text',
		answer: 'text',
		usersHash: 'text',
		scopes: 'text',
		sealedResumeUrl: 'text',
		keyId: 'text',
		browserHash: 'text?',
		handOverHash: 'text?',
		handOverUntilMs: 'bigint?',
		createdAtMs: 'bigint',
		expiresAtMs: 'bigint?',
		completedAtMs: 'bigint?',
		timedOut: 'integer',
		claimOwner: 'text?',
		dueAtMs: 'bigint',
		attempts: 'integer',
		finishedAtMs: 'bigint?',
	});
	await index('requests', 'run', ['executionId', 'nodeName', 'runIndex', 'connectionId', 'userKey']).unique().execute();
	await index('requests', 'user', ['userKey', 'state', 'connectionId']).execute();
	await index('requests', 'due', ['state', 'dueAtMs']).execute();
	await index('requests', 'expiry', ['state', 'expiresAtMs']).execute();
	await index('requests', 'key', ['keyId']).execute();
	await index('requests', 'finished', ['finishedAtMs']).where('finishedAtMs', 'is not', null).execute();

	await create('transactions', ['stateHash'], { stateHash: 'text', sealedTransaction: 'text', expiresAtMs: 'bigint' });
	await index('transactions', 'expiry', ['expiresAtMs']).execute();
	await create('links', ['codeHash'], { codeHash: 'text', sealedLink: 'text', expiresAtMs: 'bigint' });
	await index('links', 'expiry', ['expiresAtMs']).execute();

	await create('sessions', ['idHash'], {
		idHash: 'text',
		portalId: 'text',
		sealedUser: 'text',
		createdAtMs: 'bigint',
		lastSeenAtMs: 'bigint',
		idleMs: 'bigint',
		idleUntilMs: 'bigint',
		absoluteUntilMs: 'bigint',
	});
	await index('sessions', 'idle', ['idleUntilMs']).execute();
	await index('sessions', 'absolute', ['absoluteUntilMs']).execute();

	await create('outbox', ['eventId'], {
		eventId: 'text',
		ownerKey: 'text',
		type: 'text',
		sealedPayload: 'text?',
		keyId: 'text?',
		dedupeHash: 'text?',
		createdAtMs: 'bigint',
		dueAtMs: 'bigint?',
		leaseOwner: 'text?',
		attempts: 'integer',
		emittedAtMs: 'bigint?',
	});
	await index('outbox', 'due', ['ownerKey', 'dueAtMs']).where('dueAtMs', 'is not', null).execute();
	await index('outbox', 'dedupe', ['dedupeHash', 'createdAtMs']).where('dedupeHash', 'is not', null).execute();
	await index('outbox', 'created', ['createdAtMs']).execute();
	await index('outbox', 'key', ['keyId']).execute();

	await create('revocations', ['id'], {
		id: 'text',
		connectionId: 'text',
		userKey: 'text',
		sealedToken: 'text?',
		keyId: 'text?',
		tokenTypeHint: 'text',
		attempts: 'integer',
		createdAtMs: 'bigint',
		dueAtMs: 'bigint?',
		leaseOwner: 'text?',
		outcome: 'text?',
		finishedAtMs: 'bigint?',
	});
	await index('revocations', 'due', ['connectionId', 'dueAtMs']).where('dueAtMs', 'is not', null).execute();
	await index('revocations', 'grant', ['connectionId', 'userKey', 'id']).execute();
	await index('revocations', 'finished', ['finishedAtMs']).where('finishedAtMs', 'is not', null).execute();
	await index('revocations', 'key', ['keyId']).execute();

	await create('audit', ['id'], {
		id: 'text',
		atMs: 'bigint',
		type: 'text',
		connectionId: 'text?',
		userKey: 'text?',
		useContext: 'text?',
		detail: 'text?',
	});
	await index('audit', 'user', ['userKey', 'atMs']).execute();
	await index('audit', 'time', ['atMs']).execute();
}
