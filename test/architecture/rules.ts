/** The one-way rule of the rooms, and what belongs to one room only. Paths are those of the repository, with `/`. */
import { posix } from 'node:path';

import { readSource } from './source';

/** A room imports lower levels and itself, nothing else. Rooms of one level are strangers to each other. */
const LEVELS: Readonly<Record<string, number>> = { base: 0, oauth: 1, identity: 1, vault: 1, providers: 2, connections: 3, portal: 4, n8n: 4 };
const TOP_LEVEL = 5;

/** `may` are the files that may name the vendor, besides `lib/providers/` and the credential types. */
const VENDORS: ReadonlyArray<{ name: RegExp; may: RegExp }> = [
	{ name: /salesforce/i, may: /^nodes\/Salesforce/ },
	{ name: /sharepoint|microsoft|\bentra\b|\bgraph\b/i, may: /^nodes\/SharePoint/ },
	{ name: /docusign/i, may: /^nodes\/DocuSign/ },
];

const DRIVERS = /^(?:pg(?:-.+)?|(?:node:)?sqlite|sqlite3|better-sqlite3|mysql2?)(?:\/|$)/;
const N8N = /^(?:n8n(?:-.+)?|@n8n\/.+)$/;
const MAX_LINES = 300;

export interface Room {
	/** `base`, `vault`, …; each node and each credential type is a room of its own. */
	name: string;
	level: number;
}

/** @returns undefined for what is no source file of the package */
export function roomOf(path: string): Room | undefined {
	const [top, second = '', third] = path.split('/');
	if (top === 'lib') {
		const name = third === undefined ? 'base' : second;
		const level = LEVELS[name];
		return level === undefined ? undefined : { name, level };
	}
	if (top === 'nodes') return { name: `nodes/${second}`, level: TOP_LEVEL };
	if (top === 'credentials') return { name: path, level: TOP_LEVEL };
	return undefined;
}

function edgeRule(from: Room, to: Room | undefined): string | undefined {
	if (to === undefined) return 'source imports lib/, its own folder and packages only';
	if (from.name === 'base' || (from.name === 'providers' && to.name !== 'providers' && to.level > 0)) return `${from.name === 'base' ? 'level 0 imports nothing of ours' : 'providers import level 0 only'}`;
	if (from.name === to.name || to.level < from.level) return undefined;
	if (to.level > from.level) return `imports go downward only: ${from.name} is level ${from.level}, ${to.name} is level ${to.level}`;
	return from.name.startsWith('nodes/') && to.name.startsWith('nodes/') ? 'nodes never import each other' : `imports never go sideways: ${from.name} and ${to.name} are strangers`;
}

function packageRule(path: string, specifier: string, typeOnly: boolean, dependencies: readonly string[]): string | undefined {
	if (DRIVERS.test(specifier) && !/^lib\/vault\/[^/]+\/.+/.test(path.replace(/^lib\/vault\/(stores|migrations)\//, ''))) return 'a database driver is imported in lib/vault/<backend>/ only';
	if (N8N.test(specifier) && !/^(lib\/n8n|nodes|credentials)\//.test(path)) return "n8n's packages are imported in lib/n8n, nodes and credentials only";
	if (/^(node:)?process$/.test(specifier) && path !== 'lib/n8n/config.ts') return 'the environment is read in lib/n8n/config.ts only';
	const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
	if (!typeOnly && !specifier.startsWith('node:') && !dependencies.includes(name)) return `what is imported at run time stands in the dependencies of package.json: ${name} does not`;
	return undefined;
}

/** Words of an identifier or text: `GraphUrl` and `graph_url` hold "graph", "paragraph" and "central" hold no vendor. */
function words(text: string): string {
	return text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_\W]+/g, ' ');
}

function vendorRule(path: string, text: string): string | undefined {
	if (/^(lib\/providers|credentials)\//.test(path)) return undefined;
	const named = VENDORS.find(({ name, may }) => (name.test(text) || name.test(words(text))) && !may.test(path));
	return named && 'a vendor is named in lib/providers, the credential types and its own node only';
}

function fileRules(path: string, code: string): string[] {
	const broken: string[] = [];
	if (/(utils?|helpers?|manager|GenericFunctions)/i.test(posix.basename(path))) broken.push('a file is named after what it holds: not utils, helpers, manager, GenericFunctions');
	if (roomOf(path) === undefined && !path.startsWith('test/')) broken.push('a source file lies in a room: lib/<room>/, nodes/<Node>/, credentials/');
	const lines = code.trimEnd().split('\n');
	if (lines.length > MAX_LINES && !path.startsWith('test/') && !lines.slice(0, 10).some((line) => /^\s*(\/\/|\/?\*).*\b300 lines\b/.test(line))) {
		broken.push(`${lines.length} lines: a file of more than ${MAX_LINES} lines says in its first 10 why ("More than 300 lines …: …")`);
	}
	return broken;
}

/**
 * Everything that is wrong with one file, as sentences that name the place, the edge and the rule.
 * @param dependencies names that `package.json` promises at run time
 */
export function violationsOf(path: string, code: string, dependencies: readonly string[]): string[] {
	const broken = fileRules(path, code).map((rule) => `${path}: ${rule}`);
	const from = roomOf(path);
	if (from === undefined) return broken;
	const { imports, told, environment } = readSource(path, code);
	for (const { specifier, typeOnly, line } of imports) {
		const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
		// `../errors` is a file of level 0, `../vault` is the room's index.
		const room = target === undefined ? undefined : roomOf(LEVELS[target.replace(/^lib\//, '')] === undefined ? `${target}.ts` : `${target}/index.ts`);
		const rule = target === undefined ? packageRule(path, specifier, typeOnly, dependencies) : edgeRule(from, room);
		if (rule !== undefined) broken.push(`${path}:${line} → ${target ?? specifier}: ${rule}`);
	}
	for (const line of path === 'lib/n8n/config.ts' ? [] : environment) broken.push(`${path}:${line} process.env: the environment is read in lib/n8n/config.ts only`);
	for (const { text, line } of told) {
		const rule = vendorRule(path, text);
		if (rule !== undefined) broken.push(`${path}:${line} "${text.trim().slice(0, 60)}": ${rule}`);
	}
	return broken;
}
