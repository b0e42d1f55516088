// Compares what Graph was asked and answered (`GraphTraffic`) with Microsoft's description of it. For tests of the
// sandbox, whose answers it judges, and of whoever calls it, whose requests it judges.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { operationsBeyond, queryBeyond } from './contract/beyond';
import { canonicalPath, patternOf, rootAsItem } from './contract/canonicalPath';
import { Schemas, type Schema } from './contract/schemas';
import type { Exchange } from './graph/traffic';

/** Beside the project, not in it. */
const descriptionPath = resolve(__dirname, '../../../../shared/specs/msgraph-sites.subset.yml');

interface Parameter {
	readonly $ref?: string;
	readonly name: string;
	readonly in: 'path' | 'query' | 'header';
	readonly schema: Schema;
}

interface Content {
	readonly $ref?: string;
	readonly required?: boolean;
	readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
	readonly path: string;
	readonly query: ReadonlyMap<string, Schema>;
	readonly body?: { readonly required: boolean; readonly mediaType: string; readonly schema: Schema };
	/** Of a success; undefined where the description has none, and where the operation is not in it. */
	readonly answer?: Schema;
}

interface Description {
	readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[]; readonly requestBody?: Content; readonly responses: Readonly<Record<string, Content>> }>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly parameters: Readonly<Record<string, Parameter>>; readonly responses: Readonly<Record<string, Content>> };
}

const annotated: Schema = {};

export class GraphContract {
	private readonly schemas: Schemas;
	private readonly operations: ReadonlyArray<{ readonly method: string; readonly pattern: RegExp; readonly operation: Operation }>;

	private constructor(private readonly description: Description) {
		this.schemas = new Schemas(description);
		const described = Object.entries(description.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), pattern: patternOf(path), operation: this.operationOf(path, method) })));
		const beyond = operationsBeyond.map(({ method, path, query = [] }) => ({ method, pattern: patternOf(path), operation: { path, query: new Map(query.map((name) => [name, annotated])) } }));
		// Fixed segments before those that stand for any: `/items/delta` is no item.
		this.operations = [...described, ...beyond].sort((a, b) => a.operation.path.split('{').length - b.operation.path.split('{').length);
	}

	/** @throws Error where the description is not there: then nothing is proved, and the test has to fail */
	static load(): GraphContract {
		let text: string;
		try {
			text = readFileSync(descriptionPath, 'utf8');
		} catch (cause) {
			throw new Error('The description of Graph is missing: specs/msgraph-sites.subset.yml has to lie in the folder "shared" beside the project.', { cause });
		}
		return new GraphContract(parse(text) as Description);
	}

	/** What is wrong with the requests and answers, in words; nothing when all are as described. */
	violationsOf(exchanges: readonly Exchange[]): string[] {
		return exchanges.flatMap((exchange) => [...this.requestViolationsOf(exchange), ...this.answerViolationsOf(exchange)].map((violation) => `${exchange.method} ${exchange.url}: ${violation}`));
	}

	/** Of the request alone: its path, query and body. */
	requestViolationsOf({ method, url, body, isBodyUnread }: Exchange): string[] {
		const { path, query } = partsOf(url);
		const operation = this.operationAt(method, path);
		if (!operation) return [`no such operation is described (${canonicalPath(path)})`];
		return [...this.queryViolationsOf(operation, method, query), ...(isBodyUnread ? [] : this.bodyViolationsOf(operation, body))];
	}

	answerViolationsOf({ method, url, status, answer }: Exchange): string[] {
		if (answer === undefined) return [];
		if (status >= 400) return this.schemas.violationsOf(this.schemas.named('ODataErrors.ODataError'), answer, `the error ${status} `);
		const schema = this.operationAt(method, partsOf(url).path)?.answer;
		return schema ? this.schemas.violationsOf(schema, answer, `the answer ${status} `) : [];
	}

	/** Of one value, for what is answered elsewhere. @param name of a schema, without `microsoft.graph.` */
	valueViolationsOf(name: string, value: unknown): string[] {
		return this.schemas.violationsOf(this.schemas.named(name), value, name);
	}

	private operationAt(method: string, path: string): Operation | undefined {
		const canonical = canonicalPath(path);
		const found = (address: string) => this.operations.find((candidate) => candidate.method === method && candidate.pattern.test(address));
		return (found(canonical) ?? found(rootAsItem(canonical)))?.operation;
	}

	private queryViolationsOf({ path, query: known }: Operation, method: string, query: URLSearchParams): string[] {
		return [...query].flatMap(([given, value]) => {
			if (queryBeyond(method, path).includes(given)) return [];
			const name = known.has(given) ? given : `$${given}`;
			const schema = known.get(name);
			if (!schema) return [`the query option ${given} is not described`];
			const { type } = schema as { type?: string };
			const read = type === 'integer' ? Number(value) : type === 'boolean' ? value === 'true' || (value !== 'false' && value) : type === 'array' ? value.split(',') : value;
			return this.schemas.violationsOf(schema, read, `the query option ${given} `);
		});
	}

	private bodyViolationsOf({ body: described }: Operation, body: unknown): string[] {
		if (!described) return body === undefined || Object.keys(body as object).length === 0 ? [] : ['a body is not described'];
		// Bytes: whatever they are.
		if (described.mediaType !== 'application/json') return [];
		if (body === undefined) return described.required ? ['the body is missing'] : [];
		return this.schemas.violationsOf(described.schema, body, 'the body ');
	}

	private operationOf(path: string, method: string): Operation {
		const { parameters = [], requestBody, responses } = this.description.paths[path]![method]!;
		const known = parameters.map((parameter) => (parameter.$ref === undefined ? parameter : this.description.components.parameters[parameter.$ref.split('/').at(-1)!]!));
		const success = responses['2XX'];
		const answer = success?.$ref === undefined ? success : this.description.components.responses[success.$ref.split('/').at(-1)!];
		const [mediaType, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
		return {
			path,
			query: new Map(known.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => [name, schema])),
			...(mediaType !== undefined && content && { body: { required: requestBody?.required ?? false, mediaType, schema: content.schema } }),
			answer: answer?.content?.['application/json']?.schema,
		};
	}
}

function partsOf(url: string): { path: string; query: URLSearchParams } {
	const [path = '', query = ''] = url.split('?', 2);
	return { path, query: new URLSearchParams(query) };
}
