// Metadata answers: the list of sObjects and the describe of one.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
import type { Field, FieldType, SObject } from './objects';

type Json = Record<string, unknown>;
const soapTypes: Record<FieldType, string> = { id: 'tns:ID', reference: 'tns:ID', string: 'xsd:string', email: 'xsd:string', phone: 'xsd:string', picklist: 'xsd:string', currency: 'xsd:double', int: 'xsd:int', boolean: 'xsd:boolean', date: 'xsd:date', datetime: 'xsd:dateTime' };
const lengths: Partial<Record<FieldType, number>> = { id: 18, reference: 18, string: 255, email: 80, phone: 40, picklist: 255 };

export function summary(object: SObject, version: string): Json {
	const base = `/services/data/${version}/sobjects/${object.name}`;
	return {
		activateable: false,
		createable: false,
		custom: false,
		customSetting: false,
		deletable: false,
		deprecatedAndHidden: false,
		keyPrefix: object.keyPrefix,
		label: object.label,
		labelPlural: object.labelPlural,
		layoutable: true,
		mergeable: false,
		name: object.name,
		queryable: true,
		replicateable: true,
		retrieveable: true,
		searchable: true,
		undeletable: false,
		updateable: false,
		urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
	};
}

export function describe(object: SObject, version: string): Json {
	return { actionOverrides: [], childRelationships: [], compactLayoutable: true, fields: object.fields.map((field) => describeField(object, field)), recordTypeInfos: [], ...summary(object, version) };
}

function describeField(object: SObject, { name, label, type, referenceTo, relationshipName }: Field): Json {
	const length = lengths[type] ?? 0;
	return {
		aggregatable: type !== 'boolean',
		byteLength: length * 3,
		calculated: false,
		createable: false,
		custom: false,
		defaultValue: type === 'boolean' ? false : null,
		filterable: true,
		groupable: type !== 'currency',
		label,
		length,
		name,
		nameField: name === 'Name',
		nillable: !['id', 'boolean', 'datetime'].includes(type),
		picklistValues: [],
		precision: type === 'currency' ? 18 : 0,
		referenceTo: referenceTo ? [referenceTo] : [],
		relationshipName: relationshipName ?? null,
		scale: 0,
		soapType: soapTypes[type],
		sortable: true,
		type,
		unique: object.name === 'User' && name === 'Username',
		updateable: false,
	};
}
