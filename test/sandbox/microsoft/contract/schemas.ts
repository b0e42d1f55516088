// The description's schemas for ajv, and closed: the description allows every object further properties (its way to
// say "more may come"), which would let every misspelled name pass.
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { openSchemas, propertiesBeyond } from './beyond';

export type Schema = Readonly<Record<string, unknown>>;

interface Description {
	readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const componentPrefix = '#/components/schemas/';

export class Schemas {
	private readonly ajv = new Ajv({ strict: false, allErrors: true });
	private readonly compiled = new Map<string, ValidateFunction>();

	constructor(private readonly description: Description) {
		addFormats(this.ajv);
		this.ajv.addFormat('base64url', /^[\w-]*={0,2}$/);
		this.ajv.addFormat('int16', { type: 'number', validate: (value: number) => Number.isInteger(value) && Math.abs(value) <= 32_768 });
		const schemas = Object.fromEntries(Object.entries(description.components.schemas).map(([name, schema]) => [name, this.closed(schema, name)]));
		this.ajv.addSchema({ $id: 'graph', components: { schemas } });
	}

	/** What is wrong with `value`, in words; nothing when it is as `schema` says. @param at in front of each */
	violationsOf(schema: Schema, value: unknown, at: string): string[] {
		const key = JSON.stringify(schema);
		const validate = this.compiled.get(key) ?? this.ajv.compile(this.closed(schema) as object);
		this.compiled.set(key, validate);
		if (validate(value)) return [];
		return (validate.errors ?? []).map(({ instancePath, message, params }) => `${at}${instancePath} ${message} ${JSON.stringify(params)}`);
	}

	/** @param name without `microsoft.graph.` */
	named(name: string): Schema {
		return { $ref: `${componentPrefix}microsoft.graph.${name}` };
	}

	private closed(schema: unknown, name = ''): unknown {
		if (Array.isArray(schema)) return schema.map((part) => this.closed(part));
		if (typeof schema !== 'object' || schema === null) return schema;
		const { $ref } = schema as { $ref?: unknown };
		if (typeof $ref === 'string') return { $ref: $ref.replace('#', 'graph#') };
		const shortName = name.replace('microsoft.graph.', '');
		if (isObject(schema)) {
			const properties = { ...this.propertiesOf(schema as Schema), ...Object.fromEntries((propertiesBeyond[shortName] ?? []).map((property) => [property, true])) };
			const required = (schema as { required?: unknown }).required;
			return {
				type: 'object',
				...((schema as { nullable?: boolean }).nullable && { nullable: true }),
				...(required !== undefined && { required }),
				properties: Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, this.closed(property)])),
				// Annotations of OData: `@odata.type`, `fields@odata.context`.
				patternProperties: { '@': true },
				additionalProperties: openSchemas.includes(shortName),
			};
		}
		return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'additionalProperties').map(([key, part]) => [key, key === 'enum' ? part : this.closed(part)]));
	}

	/** With those of the schemas that it builds on. */
	private propertiesOf(schema: Schema): Record<string, unknown> {
		const { allOf = [], properties = {}, $ref } = schema as { allOf?: Schema[]; properties?: Record<string, unknown>; $ref?: string };
		const inherited = $ref === undefined ? {} : this.propertiesOf(this.description.components.schemas[$ref.slice(componentPrefix.length)]!);
		return Object.assign(inherited, ...allOf.map((part) => this.propertiesOf(part)), properties) as Record<string, unknown>;
	}
}

function isObject(schema: object): boolean {
	return 'allOf' in schema || ('type' in schema && schema.type === 'object');
}
