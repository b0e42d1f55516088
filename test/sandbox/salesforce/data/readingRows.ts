// As many readings as the setting says, each made from its number when somebody looks at it.
import { numberOfId, recordId } from '../ids';
import { orgUsers } from '../org';
import { crmTables } from './crmRows';
import { reading } from './customObjects';
import { salesforceDate, salesforceDateTime, type Row, type Table } from './rows';

const startMs = Date.UTC(2025, 0, 1);
const dayMs = 86_400_000;
const days = Array.from({ length: 365 }, (_, index) => salesforceDate(startMs + index * dayMs));
const sensors = Array.from({ length: 25 }, (_, index) => `sensor-${String(index + 1).padStart(2, '0')}`);
const owners = orgUsers.map(({ userId }) => userId);
const accounts = Array.from({ length: crmTables.Account.length }, (_, index) => crmTables.Account.at(index)!.Id);

function comment(number: number): string | null {
	if (number % 1_000 === 0) return 'two\nlines';
	if (number % 100 === 0) return 'said "hot", twice';
	return number % 10 === 0 ? 'ok' : null;
}

/** Getters: of a million rows nobody pays for the fields that nobody reads. */
class Reading {
	readonly IsDeleted = false;

	constructor(private readonly number: number) {}

	get Id(): string {
		return recordId(reading.keyPrefix, this.number);
	}
	get OwnerId(): string {
		return owners[this.number % owners.length]!;
	}
	get Name(): string {
		return `R-${String(this.number).padStart(7, '0')}`;
	}
	get Account__c(): string {
		return accounts[this.number % accounts.length]!;
	}
	get Sensor__c(): string {
		return sensors[this.number % sensors.length]!;
	}
	get Value__c(): number {
		return ((this.number * 7_919) % 100_000) / 100;
	}
	get Day__c(): string {
		return days[this.number % days.length]!;
	}
	get TakenAt__c(): string {
		return salesforceDateTime(startMs + this.number * 1_000);
	}
	get IsAlarm__c(): boolean {
		return this.number % 50 === 0;
	}
	get Comment__c(): string | null {
		return comment(this.number);
	}
	get CreatedDate(): string {
		return this.TakenAt__c;
	}
	get CreatedById(): string {
		return this.OwnerId;
	}
	get LastModifiedDate(): string {
		return this.TakenAt__c;
	}
	get LastModifiedById(): string {
		return this.OwnerId;
	}
	get SystemModstamp(): string {
		return this.TakenAt__c;
	}
}

/** Rows 1 … `length`. */
export function readingTable(length: number): Table {
	const at = (index: number): Row | undefined => (index >= 0 && index < length ? (new Reading(index + 1) as unknown as Row) : undefined);
	return { length, at, hasDeleted: false, byId: (id) => at((numberOfId(reading.keyPrefix, id) ?? 0) - 1) };
}
