// DocuSign's own API description, as a judge of requests and answers: of the sandbox here, and of what a node sends.
// The description cuts schemas that are nested too deep; where another place has the same one whole, that one is used. Fields
// that are no part of it are a mistake, but for those that are newer than the description (`newerFields`).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';

interface Schema {
	type?: string;
	properties?: Record<string, Schema>;
	items?: Schema;
	additionalProperties?: boolean;
	[other: string]: unknown;
}

interface Operation {
	parameters?: Array<{ name: string; in: string; schema?: Schema }>;
	responses: Record<string, { schema?: Schema }>;
}

/** The project and what it is built against lie side by side. */
const descriptionPath = resolve(__dirname, '../../../../shared/specs/docusign-esign-v2.1.subset.json');

/** Documented since 2021, by the name of the object that has them. @see https://developers.docusign.com/docs/esign-rest-api/reference/ */
const newerFields: Readonly<Record<string, readonly string[]>> = {
	eventNotification: ['deliveryMode', 'events', 'integratorManaged', 'includeOAuth'],
	eventData: ['version', 'format', 'includeData'],
	signers: ['deliveryMethod', 'phoneNumber'],
	envelopeDefinition: ['eventNotifications'],
	folders: ['uri'],
};
const schemaId = 'docusign';
/** On every list. */
const pageFields = ['nextUri', 'previousUri', 'totalSetSize', 'resultSetSize', 'startPosition', 'endPosition'];

export class DocuSignContract {
	private readonly paths: ReadonlyArray<{ path: string; pattern: RegExp; operations: Record<string, Operation> }>;
	private readonly ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, code: { optimize: false } });
	/** By the schema of the description: the one that allows nothing else, and its compiled form. */
	private readonly roots = new Map<Schema, Schema>();
	private readonly validators = new Map<Schema, ValidateFunction>();
	/** Name of a property to the fullest schema that the description has under it. */
	private readonly whole = new Map<string, { schema: Schema; size: number }>();
	private readonly definitions: Record<string, Schema> = {};

	/** Throws where the description is not there: a check that checks nothing would be worse. */
	constructor(path = descriptionPath) {
		if (!existsSync(path)) throw new Error(`DocuSign's API description is missing: ${path}`);
		const description = JSON.parse(readFileSync(path, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
		this.paths = Object.entries(description.paths).map(([template, operations]) => ({ path: template, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`), operations }));
		const bodies = this.paths.flatMap(({ operations }) => Object.values(operations).flatMap(bodiesOf));
		for (const { schema } of bodies) this.collect('', schema);
		for (const { name, schema } of bodies) this.roots.set(schema, this.strict(name, schema, true));
		this.ajv.addSchema({ $id: schemaId, definitions: this.definitions });
	}

	/** Whether the description has the request at all; Connect, tabs by recipient and others are not in it. */
	knows(method: string, path: string): boolean {
		return this.find(method, path) !== undefined;
	}

	/** What is wrong with a request: none of these parameters, not this body. Empty when it is right, or unknown to the description. */
	requestErrors(method: string, url: string, body?: unknown): string[] {
		const { pathname, searchParams } = new URL(url, 'http://api');
		const operation = this.find(method, pathname);
		if (!operation) return [];
		const known = new Set(operation.parameters?.filter((parameter) => parameter.in === 'query').map(({ name }) => name));
		const strange = [...searchParams.keys()].filter((name) => !known.has(name)).map((name) => `unknown query parameter ${name}`);
		const parameter = operation.parameters?.find((candidate) => candidate.in === 'body');
		if (!parameter?.schema) return body === undefined ? strange : [...strange, 'no body is expected'];
		return body === undefined ? strange : [...strange, ...this.errors(parameter.schema, body)];
	}

	/** What is wrong with an answer. Errors have one shape for everything. */
	answerErrors(method: string, url: string, status: number, body: unknown): string[] {
		if (status >= 400) return isErrorBody(body) ? [] : [`not an error body: ${JSON.stringify(body)}`];
		const { pathname } = new URL(url, 'http://api');
		const operation = this.find(method, pathname);
		if (!operation) return [];
		const answer = operation.responses[String(status)];
		if (!answer) return [`status ${status} is not described`];
		return answer.schema && typeof body === 'object' ? this.errors(answer.schema, body) : [];
	}

	private find(method: string, path: string): Operation | undefined {
		// A fixed path before one with a parameter in its place: `status` is no envelope.
		const matching = this.paths.filter(({ pattern, operations }) => pattern.test(path) && operations[method.toLowerCase()]).toSorted((left, right) => left.path.split('{').length - right.path.split('{').length);
		return matching[0]?.operations[method.toLowerCase()];
	}

	private errors(schema: Schema, body: unknown): string[] {
		const validate = this.validators.get(schema) ?? this.ajv.compile(this.roots.get(schema)!);
		this.validators.set(schema, validate);
		if (validate(body)) return [];
		return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
	}

	/** Remembers the schema that is cut least under each name; the number of properties in it is the measure. */
	private collect(name: string, schema: Schema): number {
		if (schema.items) return this.collect(name, schema.items);
		if (!schema.properties) return 0;
		const size = Object.entries(schema.properties).reduce((sum, [property, child]) => sum + 1 + this.collect(property, child), 0);
		if ((this.whole.get(name)?.size ?? 0) < size) this.whole.set(name, { schema, size });
		return size;
	}

	/** Nothing but what is described. Every object is a definition of its own, so that what contains itself comes to an end. */
	private strict(name: string, schema: Schema, isRoot = false): Schema {
		if (schema.type === 'array' && schema.items) return { type: 'array', items: this.strict(name, schema.items) };
		if (schema.type !== 'object' && !schema.properties) return { type: schema.type ?? 'string' };
		const properties = schema.properties ?? this.whole.get(name)?.schema.properties;
		// What the description cuts everywhere is only known to be an object.
		if (!properties) return { type: 'object' };
		const key = `${name}-${createHash('sha256').update(Object.keys(properties).join()).digest('hex').slice(0, 12)}`;
		if (!this.definitions[key]) {
			const newer = [...(newerFields[name] ?? []), ...(isRoot ? pageFields : [])];
			const definition: Schema = { type: 'object', additionalProperties: false, properties: Object.fromEntries(newer.map((field) => [field, {}])) };
			this.definitions[key] = definition;
			for (const [property, child] of Object.entries(properties)) definition.properties![property] = this.strict(property, child);
		}
		return { $ref: `${schemaId}#/definitions/${key}` };
	}
}

/** Of the request and of the answers; a request's has a name. */
function bodiesOf({ parameters = [], responses }: Operation): Array<{ name: string; schema: Schema }> {
	const answers = Object.values(responses).map(({ schema }) => ({ name: '', schema }));
	return [...parameters.map(({ name, schema }) => ({ name, schema })), ...answers].flatMap(({ name, schema }) => (schema ? [{ name, schema }] : []));
}

function isErrorBody(body: unknown): boolean {
	const { errorCode, message, ...rest } = (body ?? {}) as Record<string, unknown>;
	return typeof errorCode === 'string' && errorCode !== '' && typeof message === 'string' && Object.keys(rest).length === 0;
}
