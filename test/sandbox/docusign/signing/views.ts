// The addresses of recipient views: good once, for some minutes.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopeviews/createrecipient/
import { randomBytes } from 'node:crypto';
import type { Envelope } from '../envelopes/envelope';
import type { Recipient } from '../envelopes/recipient';
import type { DocuSignSettings } from '../settings';

export interface SigningView {
	readonly envelope: Envelope;
	readonly recipient: Recipient;
	/** undefined: nobody wants the browser back (a link from an e-mail). */
	readonly returnUrl?: string;
	readonly expiresAt: number;
	/** Opening uses the address up; what goes on after it is this session. */
	opened: boolean;
	done: boolean;
}

export class SigningViews {
	private readonly views = new Map<string, SigningView>();

	constructor(private readonly settings: DocuSignSettings) {}

	/** The secret part of the address. */
	open(envelope: Envelope, recipient: Recipient, returnUrl?: string): string {
		const token = randomBytes(24).toString('base64url');
		this.views.set(token, { envelope, recipient, returnUrl, expiresAt: Date.now() + this.settings.docuSignViewTtlMs, opened: false, done: false });
		return token;
	}

	find(token: string): SigningView | undefined {
		return this.views.get(token);
	}

	/** Whether the page may be shown; the second time it may not. */
	use(view: SigningView): boolean {
		if (view.opened || view.expiresAt <= Date.now()) return false;
		view.opened = true;
		return true;
	}
}
