import type { UserSession } from '../../../lib/n8n';
import type { SalesforceApi } from './salesforceApi';

/** A field as this user may see it. @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm */
export interface DescribedField {
	name: string;
	label: string;
	/** `string`, `double`, `currency`, `datetime`, `reference`, … */
	type: string;
	/** Of a reference: how a query names the record behind it, e.g. `Owner`. */
	relationshipName?: string | null;
	referenceTo?: string[];
	filterable?: boolean;
	sortable?: boolean;
	externalId?: boolean;
	idLookup?: boolean;
	custom?: boolean;
	[more: string]: unknown;
}

export interface ChildRelationship {
	/** Absent where a query cannot follow it. */
	relationshipName?: string | null;
	childSObject: string;
	field: string;
	deprecatedAndHidden?: boolean;
}

export interface DescribedObject {
	name: string;
	label: string;
	fields: DescribedField[];
	childRelationships: ChildRelationship[];
	[more: string]: unknown;
}

/** What a user may see differs from user to user: kept per session, that is for one run of the node. */
const known = new WeakMap<UserSession, Map<string, Promise<DescribedObject>>>();

/** The object as this user sees it; asked for once per run. @throws as `getJson` */
export async function describeObject(api: SalesforceApi, objectType: string): Promise<DescribedObject> {
	const mine = known.get(api.session) ?? new Map<string, Promise<DescribedObject>>();
	known.set(api.session, mine);
	const path = api.dataPath(`/sobjects/${encodeURIComponent(objectType)}/describe`);
	// Names of objects are not case-sensitive.
	const key = path.toLowerCase();
	let asked = mine.get(key);
	if (asked === undefined) {
		asked = api.getJson<DescribedObject>(path, { about: `object ${objectType}` });
		// A failure is not remembered: it may pass.
		asked.catch(() => mine.delete(key));
		mine.set(key, asked);
	}
	return await asked;
}

export function findField({ fields }: DescribedObject, name: string): DescribedField | undefined {
	const wanted = name.toLowerCase();
	return fields.find((field) => field.name.toLowerCase() === wanted);
}

/** Numbers in JSON, and bare in SOQL. */
export const NUMBER_TYPES: ReadonlySet<string> = new Set(['int', 'long', 'double', 'currency', 'percent']);
