// What people entered, by recipient and all together.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopeformdata/get/
import { stamp, textOf, type Wire } from '../wire';
import type { Envelope } from './envelope';
import { emailOf, nameOf, type Recipient } from './recipient';
import { eachTab, typedKinds } from './tabs';

export function formDataAnswer({ envelopeId, status, times, properties, recipients }: Envelope): Wire {
	const people = recipients.filter(({ tabs }) => Object.keys(tabs).length > 0);
	return {
		envelopeId,
		status,
		sentDateTime: stamp(times.sent),
		emailSubject: textOf(properties['emailSubject']) ?? '',
		formData: people.flatMap(valuesOf),
		recipientFormData: people.map((recipient) => ({
			recipientId: recipient.recipientId,
			name: nameOf(recipient),
			email: emailOf(recipient),
			SignedTime: stamp(recipient.times.signed),
			DeliveredTime: stamp(recipient.times.delivered),
			SentTime: stamp(recipient.times.sent),
			DeclinedTime: stamp(recipient.times.declined),
			formData: valuesOf(recipient),
		})),
	};
}

function valuesOf({ tabs }: Recipient): Wire[] {
	return eachTab(tabs).flatMap(({ kind, tab }) => {
		const name = String(tab['tabLabel']);
		if (kind === 'checkboxTabs') return [{ name, value: String(tab['selected']) === 'true' ? 'X' : '' }];
		if (!typedKinds.has(kind) && kind !== 'dateSignedTabs' && kind !== 'fullNameTabs' && kind !== 'emailAddressTabs') return [];
		const value = textOf(tab['value']) ?? '';
		return [{ name, value, originalValue: textOf(tab['originalValue']), ...(kind === 'listTabs' && { listSelectedValue: value }) }];
	});
}
