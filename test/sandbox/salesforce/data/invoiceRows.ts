// Invoices: due around today, changed within the last days, and with every kind of value in them.
import { orgUsers, type OrgUser } from '../org';
import { accountsOf } from './crmRows';
import { invoice, invoiceStatuses } from './customObjects';
import { salesforceDate, salesforceDateTime, type FieldValue } from './rows';
import { Seed } from './seed';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** The org's present; what is due today was so when the sandbox started. */
const nowMs = Date.now();
const dueInDays = [-400, -95, -30, -7, -1, 0, 1, 7, 40, 100];
const tags = [null, 'urgent', 'urgent;export', 'export;reviewed'];
const notes = [null, 'Paid "promptly", says accounting', 'Two\nlines', 'Grüße; naïve — 日本'];

const seed = new Seed(invoice);

function values(owner: OrgUser, number: number): Record<string, FieldValue> {
	const accounts = accountsOf(owner);
	const status = invoiceStatuses[number % invoiceStatuses.length]!;
	const serial = String(seed.table.length + 1).padStart(5, '0');
	return {
		OwnerId: owner.userId,
		Name: `INV-${serial}`,
		// Every tenth belongs to no account.
		Account__c: number % 10 === 0 ? null : accounts[number % accounts.length]!.Id,
		Number__c: `N${serial}`,
		// Two of alice's share a key, and so does one of bob's, which she does not see.
		LegacyKey__c: number <= 2 ? 'DUP-1' : `L-${owner.name}-${number}`,
		Status__c: status,
		Amount__c: Math.round(number * 100.25 * 100) / 100,
		Quantity__c: number / 4,
		Discount__c: number % 3 === 0 ? null : number % 25,
		DueDate__c: salesforceDate(nowMs + dueInDays[number % dueInDays.length]! * dayMs),
		PaidAt__c: status === 'Paid' ? salesforceDateTime(nowMs - number * hourMs) : null,
		IsDisputed__c: number % 8 === 0,
		Tags__c: tags[number % tags.length]!,
		Notes__c: notes[number % notes.length]!,
		Margin__c: number * 10,
	};
}

const [alice, bob, carol] = orgUsers as [OrgUser, OrgUser, OrgUser, OrgUser];
for (const [owner, count] of [[alice, 60], [bob, 4], [carol, 6]] as const) {
	for (let number = 1; number <= count; number++) seed.add(values(owner, number), { stampMs: nowMs - number * 6 * hourMs });
}
for (const days of [1, 5]) seed.add(values(alice, 60 + days), { deleted: true, stampMs: nowMs - days * dayMs });

export const invoiceTable = seed.table;
