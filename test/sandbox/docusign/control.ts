// What a test may do to the played accounts beside the API: act as a recipient, let time pass, look at Connect's deliveries.
// Mounted by the control server under `/control/docusign`.
import { Router } from 'express';
import type { AccountState } from './accountState';
import type { Connect, Delivery } from './connect/connect';
import type { Envelope } from './envelopes/envelope';
import { decline, deliver, expire, sign, type EnvelopeEvents } from './envelopes/life';
import { emailOf, type Recipient } from './envelopes/recipient';
import type { SigningViews } from './signing/views';

export interface DocuSignControl {
	/** Every envelope of every account: id, status, sender, subject. */
	envelopes(): readonly object[];
	/** What a recipient does; found by recipientId or e-mail. Throws a TypeError for who is not there. */
	act(act: RecipientAct): { status: string };
	/** The address in the e-mail that a recipient gets who is not embedded. */
	signingUrl(envelopeId: string, recipient: string): string;
	/** Moves everything that happened to the envelope into the past, and lets it expire if it is time. */
	age(envelopeId: string, days: number): { status: string };
	deliveries(): readonly Delivery[];
	/** Resolves when no delivery waits for an answer or a retry. */
	settle(): Promise<void>;
	/** Sends a delivery's bytes once more; resolves to the status of the answer. */
	replay(deliveryId: string): Promise<number | null>;
	/** No envelope, no configuration, no delivery is left. */
	clear(): void;
}

export interface RecipientAct {
	readonly envelopeId: string;
	readonly recipient: string;
	readonly act: 'view' | 'sign' | 'decline';
	readonly reason?: string;
	/** By the label of a tab. */
	readonly values?: Readonly<Record<string, string>>;
}

export function buildDocuSignControl({ states, connect, views, events }: { states: readonly AccountState[]; connect: Connect; views: SigningViews; events: EnvelopeEvents }): DocuSignControl {
	const envelopeOf = (id: string): { envelope: Envelope; state: AccountState } => {
		for (const state of states) {
			const envelope = state.envelopes.get(id);
			if (envelope) return { envelope, state };
		}
		throw new TypeError(`no envelope ${id}`);
	};
	const recipientOf = (envelope: Envelope, wanted: string): Recipient => {
		const found = envelope.recipients.find((recipient) => recipient.recipientId === wanted || emailOf(recipient).toLowerCase() === wanted.toLowerCase());
		if (!found) throw new TypeError(`no recipient ${wanted}`);
		return found;
	};
	return {
		envelopes: () => states.flatMap(({ account, envelopes }) => [...envelopes.values()].map(({ envelopeId, status, sender, properties, transactionId, recipients }) => ({ envelopeId, accountId: account.accountId, status, sender: sender.name, emailSubject: properties['emailSubject'], transactionId, recipients: recipients.map((recipient) => ({ recipientId: recipient.recipientId, email: emailOf(recipient), status: recipient.status })) }))),
		act: ({ envelopeId, recipient: wanted, act, reason = 'No reason given', values = {} }) => {
			const { envelope } = envelopeOf(envelopeId);
			const recipient = recipientOf(envelope, wanted);
			if (act === 'view') deliver(envelope, recipient, events);
			else if (act === 'sign') sign(envelope, recipient, values, events);
			else if (act === 'decline') decline(envelope, recipient, reason, events);
			else throw new TypeError('act is view, sign or decline');
			return { status: envelope.status };
		},
		signingUrl: (envelopeId, wanted) => {
			const { envelope, state } = envelopeOf(envelopeId);
			return `${state.account.baseUri}/Signing/StartInSession.aspx?code=${views.open(envelope, recipientOf(envelope, wanted))}`;
		},
		age: (envelopeId, days) => {
			const { envelope } = envelopeOf(envelopeId);
			const times = envelope.times as unknown as Record<string, number | undefined>;
			for (const [name, at] of Object.entries(times)) if (at !== undefined) times[name] = at - days * 86_400_000;
			expire(envelope, events);
			return { status: envelope.status };
		},
		deliveries: () => connect.deliveries,
		settle: () => connect.settle(),
		replay: (deliveryId) => {
			const delivery = connect.deliveries.find((candidate) => candidate.deliveryId === deliveryId);
			if (!delivery) throw new TypeError(`no delivery ${deliveryId}`);
			return connect.replay(delivery);
		},
		clear: () => {
			for (const { envelopes, configurations, customFields } of states) {
				envelopes.clear();
				configurations.clear();
				customFields.length = 0;
			}
			connect.deliveries.length = 0;
		},
	};
}

export function controlRoutes(control: DocuSignControl): Router {
	const router = Router();
	router.route('/envelopes')
		.get((_request, response) => void response.json(control.envelopes()))
		.delete((_request, response) => {
			control.clear();
			response.json({ cleared: true });
		});
	router.post('/act', ({ body }, response) => void response.json(control.act(body as RecipientAct)));
	router.post('/signing-url', ({ body }, response) => {
		const { envelopeId, recipient } = body as { envelopeId: string; recipient: string };
		response.json({ url: control.signingUrl(envelopeId, recipient) });
	});
	router.post('/age', ({ body }, response) => {
		const { envelopeId, days } = body as { envelopeId: string; days: number };
		response.json(control.age(envelopeId, days));
	});
	router.get('/deliveries', (_request, response) => void response.json(control.deliveries()));
	router.post('/settle', async (_request, response) => {
		await control.settle();
		response.json(control.deliveries());
	});
	router.post('/replay', async ({ body }, response) => void response.json({ status: await control.replay((body as { deliveryId: string }).deliveryId) }));
	return router;
}
