// The sObjects of our org.
import { account, contact, opportunity, user } from './crmObjects';
import { invoice, reading } from './customObjects';
import { isCustom, type Field, type SObject } from './fields';
import { attachment, contentDocument, contentDocumentLink, contentVersion, document } from './fileObjects';
import { listView, organization, report } from './setupObjects';

export const sObjects: readonly SObject[] = [account, contact, opportunity, user, invoice, reading, contentDocument, contentVersion, contentDocumentLink, attachment, document, report, listView, organization];

const byName = new Map(sObjects.map((object) => [object.name.toLowerCase(), object]));

/** Names are case-insensitive in SOQL and in the REST paths. Knows nothing of who may see what: see `Access`. */
export function sObjectOf(name: string): SObject | undefined {
	return byName.get(name.toLowerCase());
}

export interface ChildRelationship {
	readonly child: SObject;
	/** The child's reference to the parent. */
	readonly field: Field;
}

export function childRelationships(parent: SObject): readonly ChildRelationship[] {
	return sObjects.flatMap((child) => child.fields.filter((field) => field.referenceTo === parent.name).map((field) => ({ child, field })));
}

export const isCustomObject = isCustom;
