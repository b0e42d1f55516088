import { DAY_MS, MINUTE_MS } from '../../lib/clock';

/** A Connect message of the JSON SIM event model. @see https://developers.docusign.com/platform/webhooks/connect/json-sim-event-model/ */
export interface ConnectMessage {
	event: string;
	/** The same for a retry of the message. */
	id: string;
	accountId: string;
	envelopeId: string;
	item: Record<string, unknown>;
	generatedAtMs: number;
}

/** DocuSign tries for fifteen days to deliver a message. */
export const REMEMBERED_MS = 16 * DAY_MS;
const CLOCKS_DIFFER_MS = 10 * MINUTE_MS;

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** @returns undefined for what is no message about an envelope */
export function readMessage(body: unknown): ConnectMessage | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { event, data, generatedDateTime, configurationId, uri } = body as Record<string, unknown>;
	if (typeof event !== 'string' || typeof data !== 'object' || data === null) return undefined;
	const told = data as Record<string, unknown>;
	const [accountId, envelopeId] = [textOf(told.accountId), textOf(told.envelopeId)];
	// Fractions of a second have seven digits there.
	const generatedAtMs = Date.parse(textOf(generatedDateTime).replace(/(\.\d{3})\d+/, '$1'));
	if (accountId === '' || envelopeId === '' || Number.isNaN(generatedAtMs)) return undefined;
	const id = JSON.stringify(['connect', configurationId ?? null, event, accountId, envelopeId, told.recipientId ?? null, generatedDateTime]);
	return { event, id, accountId, envelopeId, item: { event, generatedDateTime, uri, ...told }, generatedAtMs };
}

/** Older than DocuSign would deliver it, and therefore not remembered any more; or from the future. */
export function isOutOfTime({ generatedAtMs }: ConnectMessage, nowMs: number): boolean {
	return generatedAtMs < nowMs - REMEMBERED_MS || generatedAtMs > nowMs + CLOCKS_DIFFER_MS;
}
