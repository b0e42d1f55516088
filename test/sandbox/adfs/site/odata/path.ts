// The path after `/_api/` as SharePoint reads it: segments with arguments, quoted texts with anything in them, parameters by alias.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/determine-sharepoint-rest-service-endpoint-uris
import { badExpression } from '../errors';
import { literalOf, type Literal } from './literals';

export interface Segment {
	/** As written. */
	readonly name: string;
	readonly args: readonly Argument[];
	readonly hasArgs: boolean;
}

interface Argument {
	readonly name?: string;
	readonly value: Literal;
}

/** The argument of this name, or else the one at this place. */
export function argumentOf({ args, name: segment }: Segment, name: string, index = 0): Literal {
	const found = args.find((argument) => argument.name?.toLowerCase() === name.toLowerCase()) ?? args.filter((argument) => argument.name === undefined)[index];
	if (found === undefined) throw badExpression(segment);
	return found.value;
}

export function optionalArgument(segment: Segment, name: string, index = 0): Literal | undefined {
	return segment.args.some((argument) => argument.name === undefined || argument.name.toLowerCase() === name.toLowerCase()) && (segment.args.length > index || segment.args.some((argument) => argument.name?.toLowerCase() === name.toLowerCase())) ? argumentOf(segment, name, index) : undefined;
}

/** Splits at `separator` wherever it stands in no quotes and no parentheses. */
export function splitOutside(text: string, separator: string): string[] {
	const parts: string[] = [];
	let depth = 0;
	let quoted = false;
	let start = 0;
	for (let at = 0; at < text.length; at++) {
		const sign = text[at];
		if (sign === "'") quoted = !quoted;
		else if (quoted) continue;
		else if (sign === '(') depth++;
		else if (sign === ')') depth--;
		else if (sign === separator && depth === 0) {
			parts.push(text.slice(start, at));
			start = at + 1;
		}
	}
	if (quoted || depth !== 0) throw badExpression(text);
	parts.push(text.slice(start));
	return parts;
}

/** @param path decoded @param aliases `@name` of the query, decoded */
export function readPath(path: string, aliases: ReadonlyMap<string, string>): Segment[] {
	return splitOutside(path, '/')
		.filter((text) => text !== '')
		.map((text) => {
			const open = text.indexOf('(');
			if (open < 0) return { name: text, args: [], hasArgs: false };
			if (!text.endsWith(')')) throw badExpression(text);
			const inside = text.slice(open + 1, -1).trim();
			const args = inside === '' ? [] : splitOutside(inside, ',').map((argument) => readArgument(argument.trim(), aliases));
			return { name: text.slice(0, open), args, hasArgs: args.length > 0 };
		});
}

function readArgument(text: string, aliases: ReadonlyMap<string, string>): Argument {
	const named = /^([A-Za-z_]\w*)\s*=(.*)$/s.exec(text);
	const raw = (named?.[2] ?? text).trim();
	const value = raw.startsWith('@') ? aliases.get(raw.toLowerCase()) : raw;
	if (value === undefined) throw badExpression(text);
	return { ...(named && { name: named[1] }), value: literalOf(value) };
}
