/** What Connect tells of envelopes and recipients. @see https://developers.docusign.com/platform/webhooks/connect/event-triggers/ */
const NAMES: Readonly<Record<string, string>> = {
	'envelope-completed': 'Envelope Completed',
	'envelope-corrected': 'Envelope Corrected',
	'envelope-created': 'Envelope Created',
	'envelope-declined': 'Envelope Declined',
	'envelope-deleted': 'Envelope Deleted',
	'envelope-delivered': 'Envelope Delivered',
	'envelope-purge': 'Envelope Purged',
	'envelope-resent': 'Envelope Resent',
	'envelope-sent': 'Envelope Sent',
	'envelope-voided': 'Envelope Voided',
	'recipient-authenticationfailed': 'Recipient Authentication Failed',
	'recipient-autoresponded': 'Recipient Autoresponded',
	'recipient-completed': 'Recipient Completed',
	'recipient-declined': 'Recipient Declined',
	'recipient-delivered': 'Recipient Delivered',
	'recipient-reassign': 'Recipient Reassigned',
	'recipient-resent': 'Recipient Resent',
	'recipient-sent': 'Recipient Sent',
};

export const EVENT_OPTIONS = Object.entries(NAMES).map(([value, name]) => ({ name, value }));

/** With these an envelope is over: whoever waits for it is woken, whatever the trigger emits. */
export const FINAL_EVENTS: readonly string[] = ['envelope-completed', 'envelope-declined', 'envelope-deleted', 'envelope-voided'];
