// Connect: events become messages, signed with every key of the account, delivered to loopback listeners and tried again when
// nobody answers with 2xx.
// @see https://developers.docusign.com/platform/webhooks/connect/
// @see https://developers.docusign.com/platform/webhooks/connect/hmac/
import { createHmac } from 'node:crypto';
import { newId } from '../envelopes/envelope';
import type { AccountState } from '../accountState';
import type { DocuSignSettings } from '../settings';
import { stamp, type Wire } from '../wire';
import { isPublishing } from './configuration';
import { buildMessage, type Occasion } from './message';
import type { ConnectSubscription } from './subscription';

/** One message on its way, or at its end. */
export interface Delivery {
	readonly deliveryId: string;
	readonly accountId: string;
	readonly envelopeId: string;
	readonly event: string;
	readonly url: string;
	readonly connectId: string | null;
	readonly userId: string;
	state: 'waiting' | 'delivered' | 'failed';
	attempts: Array<{ at: string; status: number | null; error?: string }>;
}

/** 0 is what an envelope's own notification has for a configuration id. */
const ofTheEnvelope = 0;

export class Connect {
	readonly deliveries: Delivery[] = [];
	private readonly messages = new Map<Delivery, { body: Wire; signed: boolean; lastSent?: { bytes: Buffer<ArrayBuffer>; headers: Record<string, string> } }>();
	private readonly pending = new Set<Promise<void>>();
	private readonly stop = new AbortController();

	constructor(private readonly settings: DocuSignSettings) {}

	tell(state: AccountState, occasion: Occasion): void {
		const { envelope, event } = occasion;
		for (const subscription of envelope.subscriptions) this.enqueue(subscription, occasion, null);
		if (!this.settings.docuSignConnectEnabled) return;
		for (const configuration of state.configurations.values()) {
			if (configuration.subscription.events.includes(event) && isPublishing(configuration, envelope.sender.userId)) this.enqueue(configuration.subscription, occasion, configuration.connectId);
		}
	}

	/** Once more, with the retries that a first delivery has. */
	retry(delivery: Delivery): void {
		delivery.state = 'waiting';
		this.track(this.deliver(delivery));
	}

	/** The very same bytes once more: what somebody who listened in could send, too. */
	async replay(delivery: Delivery): Promise<number | null> {
		const sent = this.messages.get(delivery)?.lastSent;
		if (!sent) throw new TypeError('nothing was sent yet');
		const response = await fetch(delivery.url, { method: 'POST', body: sent.bytes, headers: sent.headers, redirect: 'manual' });
		await response.body?.cancel();
		return response.status;
	}

	/** When nothing is under way any more. */
	async settle(): Promise<void> {
		while (this.pending.size > 0) await Promise.all(this.pending);
	}

	close(): void {
		this.stop.abort();
	}

	private enqueue(subscription: ConnectSubscription, occasion: Occasion, connectId: string | null): void {
		const { event, envelope } = occasion;
		if (!subscription.events.includes(event)) return;
		const { accountId, envelopeId, sender } = envelope;
		const delivery: Delivery = { deliveryId: newId(), accountId, envelopeId, event, url: subscription.url, connectId, userId: sender.userId, state: 'waiting', attempts: [] };
		this.deliveries.push(delivery);
		this.messages.set(delivery, { body: buildMessage(occasion, subscription, connectId === null ? ofTheEnvelope : Number(connectId)), signed: subscription.includeHmac });
		this.track(this.deliver(delivery));
	}

	private track(work: Promise<void>): void {
		const tracked = work.finally(() => this.pending.delete(tracked));
		this.pending.add(tracked);
	}

	private async deliver(delivery: Delivery): Promise<void> {
		for (const delayMs of [0, ...this.settings.docuSignConnectRetryDelaysMs]) {
			await pause(delayMs, this.stop.signal);
			if (this.stop.signal.aborted) return;
			const status = await this.attempt(delivery);
			if (status !== null && status >= 200 && status < 300) {
				delivery.state = 'delivered';
				return;
			}
		}
		delivery.state = 'failed';
	}

	private async attempt(delivery: Delivery): Promise<number | null> {
		const message = this.messages.get(delivery)!;
		const { body, signed } = message;
		body['retryCount'] = delivery.attempts.length;
		const bytes = Buffer.from(JSON.stringify(body));
		const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Docusign-Connect', ...(signed && this.signatures(bytes)) };
		message.lastSent = { bytes, headers };
		const attempt: Delivery['attempts'][number] = { at: stamp(Date.now())!, status: null };
		delivery.attempts.push(attempt);
		try {
			if (!isLoopback(delivery.url)) throw new Error('only loopback addresses are delivered to');
			const timeout = AbortSignal.timeout(this.settings.docuSignConnectTimeoutMs);
			const response = await fetch(delivery.url, { method: 'POST', body: bytes, headers, redirect: 'manual', signal: AbortSignal.any([timeout, this.stop.signal]) });
			attempt.status = response.status;
			await response.body?.cancel();
		} catch (error) {
			attempt.error = error instanceof Error ? error.message : String(error);
		}
		return attempt.status;
	}

	/** One header for each key, so that a key can be replaced while both are good. */
	private signatures(bytes: Buffer): Record<string, string> {
		const keys = this.settings.docuSignConnectHmacKeys;
		return Object.fromEntries(keys.map((key, index) => [`X-DocuSign-Signature-${index + 1}`, createHmac('sha256', key).update(bytes).digest('base64')]));
	}
}

function isLoopback(url: string): boolean {
	return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms === 0) return Promise.resolve();
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal.addEventListener('abort', () => {
			clearTimeout(timer);
			resolve();
		}, { once: true });
	});
}
