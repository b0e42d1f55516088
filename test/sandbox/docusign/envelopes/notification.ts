// Reminders and expiry of an envelope.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/envelopes/envelopes/updatenotificationsettings/
import { invalidParameter } from '../apiErrors';
import { isTrue, textOf, wireOf, type Wire } from '../wire';
import { accountNotification, type Notification } from './envelope';

export function readNotification(source: unknown, before: Notification = accountNotification): Notification {
	const given = wireOf(source);
	if (isTrue(given['useAccountDefaults'])) return { ...accountNotification };
	if (Object.keys(given).length === 0) return { ...before };
	return {
		reminders: merged(before.reminders, given['reminders'], ['reminderDelay', 'reminderFrequency']),
		expirations: merged(before.expirations, given['expirations'], ['expireAfter', 'expireWarn']),
		useAccountDefaults: 'false',
	};
}

function merged(before: Wire, given: unknown, dayFields: readonly string[]): Wire {
	const texts = Object.fromEntries(Object.entries(wireOf(given)).map(([name, value]) => [name, textOf(value) ?? '']));
	for (const name of dayFields) {
		// 999 days are the most that an account may allow.
		if (texts[name] !== undefined && (!/^\d+$/.test(texts[name]) || Number(texts[name]) > 999)) throw invalidParameter(`Invalid value specified for ${name}.`);
	}
	return { ...before, ...texts };
}
