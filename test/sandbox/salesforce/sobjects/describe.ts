// Metadata answers: the list of sObjects and the describe of one.
// @see https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
import type { Access } from '../data/access';
import { isCustom, type Field, type FieldType, type SObject } from '../data/fields';
import { childRelationships } from '../data/objects';
import { fieldTraits } from '../data/traits';

type Json = Record<string, unknown>;

const soapTypes: Partial<Record<FieldType, string>> = { id: 'tns:ID', reference: 'tns:ID', currency: 'xsd:double', double: 'xsd:double', percent: 'xsd:double', int: 'xsd:int', boolean: 'xsd:boolean', date: 'xsd:date', datetime: 'xsd:dateTime', base64: 'xsd:base64Binary' };
const lengths: Partial<Record<FieldType, number>> = { id: 18, reference: 18, string: 255, email: 80, phone: 40, url: 255, picklist: 255, multipicklist: 4_099, textarea: 255 };
const stamped = /^(Id|IsDeleted|SystemModstamp|(Created|LastModified)(Date|ById))$/;

export function summary(object: SObject, version: string): Json {
	const base = `/services/data/${version}/sobjects/${object.name}`;
	const custom = isCustom(object);
	const readOnly = ['User', 'Report', 'ListView', 'Organization'].includes(object.name);
	return {
		activateable: false,
		associateEntityType: null,
		associateParentEntity: null,
		createable: !readOnly,
		custom,
		customSetting: false,
		deepCloneable: false,
		deletable: !readOnly,
		deprecatedAndHidden: false,
		feedEnabled: false,
		hasSubtypes: false,
		isInterface: false,
		isSubtype: false,
		keyPrefix: object.keyPrefix,
		label: object.label,
		labelPlural: object.labelPlural,
		layoutable: true,
		mergeable: false,
		mruEnabled: object.searchable,
		name: object.name,
		queryable: true,
		replicateable: true,
		retrieveable: true,
		searchable: object.searchable,
		triggerable: true,
		undeletable: !readOnly,
		updateable: !readOnly,
		urls: { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base },
	};
}

/** `instanceUrl` is the host of the pages that people edit records on. */
export function describe(object: SObject, access: Access, version: string, instanceUrl: string): Json {
	const { urls, ...common } = summary(object, version);
	const uiUrls = { uiEditTemplate: `${instanceUrl}/{ID}/e`, uiDetailTemplate: `${instanceUrl}/{ID}`, uiNewRecord: `${instanceUrl}/${object.keyPrefix}/e`, listviews: `/services/data/${version}/sobjects/${object.name}/listviews` };
	return {
		actionOverrides: [],
		childRelationships: childRelationships(object).filter(({ child }) => access.findObject(child.name)).map(({ child, field }) => describeChild(child, field)),
		compactLayoutable: true,
		fields: access.fields(object).map((field) => describeField(object, field)),
		implementedBy: null,
		implementsInterfaces: null,
		listviewable: null,
		lookupLayoutable: null,
		namedLayoutInfos: [],
		networkScopeFieldName: null,
		recordTypeInfos: [],
		searchLayoutable: true,
		sobjectDescribeOption: 'FULL',
		supportedScopes: [
			{ label: 'All', name: 'everything' },
			{ label: 'Mine', name: 'mine' },
		],
		...common,
		urls: { ...(urls as Json), ...uiUrls },
	};
}

function describeChild(child: SObject, field: Field): Json {
	return { cascadeDelete: false, childSObject: child.name, deprecatedAndHidden: false, field: field.name, junctionIdListNames: [], junctionReferenceTo: [], relationshipName: field.childRelationshipName ?? null, restrictedDelete: false };
}

function describeField(object: SObject, field: Field): Json {
	const { name, label, type, referenceTo, relationshipName, picklist, autoNumber = false } = field;
	const { filterable, sortable, groupable, aggregatable } = fieldTraits(field);
	const length = field.length ?? lengths[type] ?? 0;
	const writeable = !stamped.test(name) && !autoNumber;
	const isMoney = type === 'currency' || type === 'double';
	return {
		aggregatable,
		aiPredictionField: false,
		autoNumber,
		byteLength: length * 3,
		calculated: false,
		calculatedFormula: null,
		cascadeDelete: false,
		caseSensitive: false,
		compoundFieldName: object.name === 'Contact' && /^(First|Last)Name$/.test(name) ? 'Name' : null,
		controllerName: null,
		createable: writeable,
		custom: isCustom(field),
		defaultValue: type === 'boolean' ? false : null,
		defaultValueFormula: null,
		defaultedOnCreate: type === 'boolean' || !writeable,
		dependentPicklist: false,
		deprecatedAndHidden: false,
		digits: type === 'int' ? 8 : 0,
		displayLocationInDecimal: false,
		encrypted: false,
		externalId: field.externalId ?? false,
		extraTypeInfo: type === 'textarea' ? 'plaintextarea' : null,
		filterable,
		filteredLookupInfo: null,
		formulaTreatNullNumberAsZero: false,
		groupable,
		highScaleNumber: false,
		htmlFormatted: false,
		idLookup: type === 'id' || (field.externalId ?? false),
		inlineHelpText: null,
		label,
		length,
		mask: null,
		maskType: null,
		name,
		nameField: name === 'Name',
		namePointing: false,
		nillable: !(field.required ?? false) && !stamped.test(name) && type !== 'boolean',
		permissionable: isCustom(field) || (writeable && !field.required),
		picklistValues: (picklist ?? []).map((value) => ({ active: true, defaultValue: false, label: value, validFor: null, value })),
		polymorphicForeignKey: false,
		precision: isMoney ? 18 : type === 'percent' ? 5 : 0,
		queryByDistance: false,
		referenceTargetField: null,
		referenceTo: referenceTo ? [referenceTo] : [],
		relationshipName: relationshipName ?? null,
		relationshipOrder: null,
		restrictedDelete: false,
		restrictedPicklist: picklist !== undefined && isCustom(field),
		scale: isMoney ? 2 : 0,
		searchPrefilterable: type === 'reference',
		soapType: soapTypes[type] ?? 'xsd:string',
		sortable,
		type,
		unique: field.unique ?? false,
		updateable: writeable,
		writeRequiresMasterRead: false,
	};
}
