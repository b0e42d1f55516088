import type { IDataObject } from 'n8n-workflow';

const text = (value: unknown): string => String(Number(value ?? 0));

/** Reminders and expiry, as far as they are given; DocuSign takes texts. */
export function notificationOf({ reminderDelay, reminderFrequency, expireAfter, expireWarn }: IDataObject): IDataObject | undefined {
	const reminds = reminderDelay !== undefined || reminderFrequency !== undefined;
	const expires = expireAfter !== undefined || expireWarn !== undefined;
	if (!reminds && !expires) return undefined;
	return {
		useAccountDefaults: 'false',
		...(reminds && { reminders: { reminderEnabled: String(Number(reminderDelay ?? 0) > 0), reminderDelay: text(reminderDelay), reminderFrequency: text(reminderFrequency) } }),
		...(expires && { expirations: { expireEnabled: 'true', ...(expireAfter !== undefined && { expireAfter: text(expireAfter) }), expireWarn: text(expireWarn) } }),
	};
}
