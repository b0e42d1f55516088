import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IConnections, INode, INodeProperties, INodeType } from 'n8n-workflow';

import { projectDirectory } from '../host/system/paths';

interface Template {
	name: string;
	nodes: INode[];
	connections: IConnections;
}

const OWN = 'n8n-nodes-connected-apps.';
const folder = join(projectDirectory, 'docs/templates');
const templates = readdirSync(folder).map((file): [string, Template] => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template]);

function descriptionOf(type: string): INodeType['description'] {
	const name = type.slice(OWN.length);
	const className = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
	const exported = jest.requireActual<Record<string, new () => INodeType>>(join(projectDirectory, 'nodes', className, `${className}.node.ts`))[className];
	if (exported === undefined) throw new Error(`there is no node ${type}`);
	return new exported().description;
}

const valuesOf = ({ options = [] }: INodeProperties): unknown[] => options.flatMap((option) => ('value' in option ? [option.value] : []));

/** What a parameter of a template would mean nothing for, or could not be chosen in the editor. */
function defectsOf({ type, parameters }: INode): string[] {
	const { properties } = descriptionOf(type);
	return Object.entries(parameters).flatMap(([name, value]) => {
		const known = properties.filter((property) => property.name === name);
		if (known.length === 0) return [`${type} has no parameter ${name}`];
		const choosable = known.filter((property) => property.type === 'options' || property.type === 'multiOptions');
		if (choosable.length === 0) return [];
		const values = choosable.flatMap(valuesOf);
		return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((chosen) => !values.includes(chosen)).map((chosen) => `${type}: ${name} cannot be ${String(chosen)}`);
	});
}

describe.each(templates)('template %s', (_file, { nodes, connections }) => {
	it('uses parameters and choices that our nodes have', () => {
		const own = nodes.filter(({ type }) => type.startsWith(OWN));
		expect(own.length).toBeGreaterThan(0);
		expect(own.flatMap(defectsOf)).toEqual([]);
	});

	it('connects nodes that are there, and names nobody’s credentials', () => {
		const names = nodes.map(({ name }) => name);
		const named = Object.entries(connections).flatMap(([from, { main = [] }]) => [from, ...main.flatMap((output) => (output ?? []).map(({ node }) => node))]);
		expect(named.filter((name) => !names.includes(name))).toEqual([]);
		expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
	});
});

it('some templates are there', () => {
	expect(templates.length).toBeGreaterThanOrEqual(8);
});
