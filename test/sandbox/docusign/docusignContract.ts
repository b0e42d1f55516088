// DocuSign's own API description, as a judge of requests and answers: of the sandbox here, and of what a node sends.
// The description cuts schemas that are nested too deep; where another place has the same one whole, that one is used. Fields
// that are no part of it are a mistake, but for those that are newer than the description (`newerFields`).
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
	// Pages of lists, everywhere.
	'': ['nextUri', 'previousUri', 'totalSetSize', 'resultSetSize', 'startPosition', 'endPosition'],
};

export class DocuSignContract {
	private readonly paths: ReadonlyArray<{ path: string; pattern: RegExp; operations: Record<string, Operation> }>;
	private readonly ajv = new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true, double: true, float: true } });
	private readonly validators = new Map<string, ValidateFunction>();
	/** Name of a property to the fullest schema that the description has under it. */
	private readonly whole = new Map<string, Schema>();

	/** Throws where the description is not there: a check that checks nothing would be worse. */
	constructor(path = descriptionPath) {
		if (!existsSync(path)) throw new Error(`DocuSign's API description is missing: ${path}`);
		const description = JSON.parse(readFileSync(path, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
		this.paths = Object.entries(description.paths).map(([path, operations]) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`), operations }));
		for (const { operations } of this.paths) for (const operation of Object.values(operations)) for (const schema of schemasOf(operation)) this.collect('', schema, 0);
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
		return body === undefined ? strange : [...strange, ...this.errors(`${method} ${pathname} request`, parameter.name, parameter.schema, body)];
	}

	/** What is wrong with an answer. Errors have one shape for everything. */
	answerErrors(method: string, url: string, status: number, body: unknown): string[] {
		if (status >= 400) return isErrorBody(body) ? [] : [`not an error body: ${JSON.stringify(body)}`];
		const { pathname } = new URL(url, 'http://api');
		const operation = this.find(method, pathname);
		if (!operation) return [];
		const answer = operation.responses[String(status)];
		if (!answer) return [`status ${status} is not described`];
		return answer.schema && typeof body === 'object' ? this.errors(`${method} ${pathname} ${status}`, '', answer.schema, body) : [];
	}

	private find(method: string, path: string): Operation | undefined {
		// A fixed path before one with a parameter in its place: `status` is no envelope.
		const matching = this.paths.filter(({ pattern, operations }) => pattern.test(path) && operations[method.toLowerCase()]).toSorted((left, right) => left.path.split('{').length - right.path.split('{').length);
		return matching[0]?.operations[method.toLowerCase()];
	}

	private errors(key: string, name: string, schema: Schema, body: unknown): string[] {
		const generic = key.replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi, '{id}');
		let validate = this.validators.get(generic);
		if (!validate) {
			validate = this.ajv.compile(this.strict(name, schema, 0));
			this.validators.set(generic, validate);
		}
		if (validate(body)) return [];
		return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
	}

	private collect(name: string, schema: Schema, depth: number): void {
		const { properties, items } = schema;
		if (items) return this.collect(name, items, depth);
		if (!properties) return;
		const known = this.whole.get(name);
		// The one that is cut least: the most text in it.
		if (!known || JSON.stringify(known).length < JSON.stringify(schema).length) this.whole.set(name, schema);
		for (const [property, child] of Object.entries(properties)) this.collect(property, child, depth + 1);
	}

	private strict(name: string, schema: Schema, depth: number): Schema {
		if (schema.type === 'array' && schema.items) return { type: 'array', items: this.strict(name, schema.items, depth) };
		if (schema.type !== 'object' && !schema.properties) return { type: schema.type ?? 'string' };
		const properties = schema.properties ?? this.whole.get(name)?.properties;
		// What the description cuts everywhere is only known to be an object.
		if (!properties || depth > 8) return { type: 'object' };
		const newer = Object.fromEntries([...(newerFields[name] ?? []), ...(depth === 0 ? [...newerFields['']!] : [])].map((field) => [field, {}]));
		return { type: 'object', additionalProperties: false, properties: { ...newer, ...Object.fromEntries(Object.entries(properties).map(([property, child]) => [property, this.strict(property, child, depth + 1)])) } };
	}
}

function schemasOf(operation: Operation): Schema[] {
	return [...(operation.parameters ?? []).map(({ schema }) => schema), ...Object.values(operation.responses).map(({ schema }) => schema)].filter((schema) => schema !== undefined);
}

function isErrorBody(body: unknown): boolean {
	const { errorCode, message, ...rest } = (body ?? {}) as Record<string, unknown>;
	return typeof errorCode === 'string' && errorCode !== '' && typeof message === 'string' && Object.keys(rest).length === 0;
}
