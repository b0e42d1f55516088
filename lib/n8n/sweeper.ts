import { randomUUID } from 'node:crypto';

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock';
import { keepUp, ownerKeyOf, personalLinkFor, tellResumeFailed, toConnection, workOffRevocations, PERSONAL_LINK_MS } from '../connections';
import { isConnectedAppsError } from '../errors';
import { SERVICE_ACCOUNT, type ConnectionId, type Fetch, type OwnerTrigger } from '../types';
import type { NodeRun, OutboxEvent } from '../vault';
import { resumeExecution } from './resumeCall';
import type { Runtime } from './runtime';
import { createWaitRounds, type WaitRounds } from './waitRounds';

/** Half of it is what whoever waits waits for us on average; a round that finds nothing takes a few indexed reads. */
const TICK_MS = SECOND_MS / 2;
const CLAIM_MS = 60 * SECOND_MS;
/** A bound browser gets this long to fetch its own answer. */
const BROWSER_GRACE_MS = 30 * SECOND_MS;
const EVENT_LEASE_MS = 60 * SECOND_MS;
const BATCH = 50;
/** Of one round: the other steps must have their turn. */
const MAX_BATCHES = 20;
/** Of connections, and of what is past its own end. */
const KEEP_UP_EVERY_MS = 5 * MINUTE_MS;
const RETRY_MAX_MS = 60 * SECOND_MS;
/** n8n holds resumes back where its concurrency is limited. */
const UNKNOWN_RETRY_MS = 10 * MINUTE_MS;
/** After so many failures in a row the owner is told once. */
const TELL_AFTER_ATTEMPTS = 3;

export interface SweeperParts {
	runtime: Runtime;
	fetch: Fetch;
	owner: OwnerTrigger;
	/** Registers again (every 30 s) and returns what is registered. */
	register(): Promise<ConnectionId[]>;
	registerEveryMs: number;
	/** Which events the trigger's owner wants. */
	events: ReadonlySet<string>;
	emit(event: Record<string, unknown>): void;
	logError(message: string, error: unknown): void;
}

/**
 * The loop of a published owner trigger (leader only): goes on with what is completed, emits events, fails what waited too
 * long, revokes, cleans up. All work is leased in the vault, so several processes may run it.
 */
export class Sweeper {
	private timer: NodeJS.Timeout | undefined;

	private running: Promise<void> = Promise.resolve();

	private revoking: Promise<void> | undefined;

	private stopped = false;

	private connectionIds: ConnectionId[] = [];

	private registerAtMs = 0;

	private pruneAtMs = 0;

	private keepUpAtMs = 0;

	private tickedAtMs = 0;

	/** Not the process's: two triggers of one process must not renew each other's claims. */
	private readonly claimOwner = `sweeper-${randomUUID()}`;

	private readonly waits: WaitRounds;

	constructor(private readonly parts: SweeperParts) {
		this.waits = createWaitRounds({ runtime: parts.runtime, owner: parts.owner, logError: parts.logError });
	}

	start(connectionIds: ConnectionId[]): void {
		this.connectionIds = connectionIds;
		const { clock } = this.parts.runtime;
		this.registerAtMs = clock.nowMs() + this.parts.registerEveryMs;
		this.pruneAtMs = clock.nowMs() + HOUR_MS;
		const loop = () => {
			if (this.stopped) return;
			this.running = this.tick().finally(() => {
				if (!this.stopped) this.timer = setTimeout(loop, TICK_MS);
			});
		};
		loop();
	}

	/** @param unpublished nobody may rely on this trigger from now on; not so where n8n itself stops */
	async stop(unpublished = false): Promise<void> {
		this.stopped = true;
		clearTimeout(this.timer);
		await this.running;
		await this.revoking;
		if (unpublished) await this.waits.withdraw();
	}

	/** One round; every step by itself, so that one that fails does not keep the others from working. */
	async tick(): Promise<void> {
		const nowMs = this.parts.runtime.clock.nowMs();
		// The machine's clock was set back: what is to be done every so often would not be for as long.
		if (nowMs < this.tickedAtMs) [this.registerAtMs, this.keepUpAtMs, this.pruneAtMs] = [nowMs, nowMs, nowMs];
		this.tickedAtMs = nowMs;
		if (nowMs >= this.registerAtMs) {
			this.registerAtMs = nowMs + this.parts.registerEveryMs;
			await this.step('the connections could not be registered again', async () => {
				this.connectionIds = await this.parts.register();
			});
		}
		await this.step('waiting sign-in requests could not be checked', async () => await this.expireOverdue());
		await this.step('paused executions could not be resumed', async () => await this.resumeDue());
		await this.step('executions that wait for something else could not be resumed', async () => await this.waits.round());
		await this.step('events could not be emitted', async () => await this.emitEvents());
		// Beside the round: a provider that hangs must not keep flows from going on.
		this.revoking ??= this.step('revocations could not be worked off', async () => {
			await workOffRevocations(this.parts.runtime.vault, this.connectionIds, this.claimOwner, this.parts.fetch);
		}).finally(() => {
			this.revoking = undefined;
		});
		await this.step('old keys could not be replaced', async () => await this.rekey());
		if (nowMs >= this.keepUpAtMs) {
			this.keepUpAtMs = nowMs + KEEP_UP_EVERY_MS;
			await this.step('lifetimes could not be applied', async () => await this.keepUp());
			await this.step('what has expired could not be deleted', async () => await this.parts.runtime.vault.pruneExpired());
		}
		if (nowMs >= this.pruneAtMs) {
			this.pruneAtMs = nowMs + HOUR_MS;
			await this.step('old rows could not be deleted', async () => await this.parts.runtime.vault.prune(this.parts.runtime.config.retention));
		}
	}

	private async step(message: string, work: () => Promise<void>): Promise<void> {
		if (this.stopped) return;
		try {
			await work();
		} catch (error) {
			this.parts.logError(message, error);
		}
	}

	private async keepUp(): Promise<void> {
		for (const id of this.connectionIds) {
			const registration = await this.parts.runtime.vault.registrations.find(id);
			if (registration !== undefined) await keepUp(this.parts.runtime.vault, toConnection(registration));
		}
	}

	private async rekey(): Promise<void> {
		const { vault } = this.parts.runtime;
		const rows = await vault.rekey(BATCH);
		if (rows > 0) await vault.audit.add({ type: 'rekeyed', detail: `${rows} rows are sealed with the current key now` });
	}

	private async expireOverdue(): Promise<void> {
		await this.parts.runtime.vault.requests.expireOverdue(BATCH);
	}

	private async resumeDue(): Promise<void> {
		for (let isFull = true, batches = 0; isFull && batches < MAX_BATCHES && !this.stopped; batches++) {
			const due = await this.parts.runtime.vault.requests.listDue(BROWSER_GRACE_MS, BATCH);
			await Promise.all(due.map(async (run) => await this.step('a paused execution could not be resumed', async () => await this.resumeRun(run))));
			// Each is claimed or put off now; the rest of a crowd need not wait for the next round.
			isFull = due.length === BATCH;
		}
	}

	private async resumeRun(run: NodeRun): Promise<void> {
		const { vault, config } = this.parts.runtime;
		const claimed = await vault.requests.claim(run, this.claimOwner, CLAIM_MS);
		const [request] = claimed ?? [];
		if (request === undefined) return;
		const outcome = await resumeExecution(await vault.requests.openResumeUrl(request), config);
		switch (outcome.kind) {
			case 'accepted':
				// The node marks its requests resumed when it runs; until then the claim keeps others off, and a lost start is tried again.
				return;
			case 'busy':
				return await vault.requests.releaseClaim(run, this.claimOwner, 2 * SECOND_MS);
			case 'unknown':
				return await vault.requests.releaseClaim(run, this.claimOwner, UNKNOWN_RETRY_MS);
			case 'gone':
				this.parts.logError('a paused execution is not there any more', new Error(outcome.reason));
				await vault.audit.add({ type: 'resumeFailed', connectionId: request.connectionId, userKey: request.userKey, use: { workflowId: request.workflowId, workflowName: request.workflowName, nodeName: request.nodeName, executionId: request.executionId }, detail: outcome.reason });
				return await vault.requests.close(run);
			case 'failed': {
				if (request.attempts === TELL_AFTER_ATTEMPTS) {
					const registration = await vault.registrations.find(request.connectionId);
					if (registration !== undefined) await tellResumeFailed(vault, toConnection(registration), request, outcome.reason);
				}
				this.parts.logError('a paused execution could not be resumed', new Error(outcome.reason));
				return await vault.requests.releaseClaim(run, this.claimOwner, Math.min(RETRY_MAX_MS, SECOND_MS * 2 ** Math.min(request.attempts, 10)));
			}
		}
	}

	private async emitEvents(): Promise<void> {
		const { vault } = this.parts.runtime;
		for (const event of await vault.outbox.lease(ownerKeyOf(this.parts.owner), this.claimOwner, EVENT_LEASE_MS, BATCH)) {
			if (this.parts.events.has(event.type)) {
				const told = await this.toItem(event);
				if (told !== undefined) this.parts.emit(told);
			}
			await vault.outbox.markEmitted(event.eventId);
		}
	}

	/** The personal link is made now, so that none is stored and its 15 minutes begin when it is sent. */
	private async toItem(event: OutboxEvent): Promise<Record<string, unknown> | undefined> {
		const { requestId, ...payload } = event.payload;
		const item = { event: event.type, eventId: event.eventId, occurredAt: new Date(event.createdAtMs).toISOString(), ...payload };
		if (event.type !== 'authenticationNeeded') return item;
		const { vault } = this.parts.runtime;
		const request = await vault.requests.find(String(requestId));
		if (request?.state !== 'open' || request.userKey === SERVICE_ACCOUNT) return undefined;
		const registration = await vault.registrations.find(request.connectionId);
		if (registration === undefined) return undefined;
		try {
			const signInUrl = await personalLinkFor(vault, toConnection(registration), { purpose: 'request', userKey: request.userKey, requestId: request.id, ownerKey: ownerKeyOf(this.parts.owner) });
			return { ...item, signInUrl, linkValidUntil: new Date((await vault.nowMs()) + PERSONAL_LINK_MS).toISOString() };
		} catch (error) {
			if (isConnectedAppsError(error, 'connectionUnknown')) return undefined;
			throw error;
		}
	}
}
