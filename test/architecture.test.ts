import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { roomOf, violationsOf } from './architecture/rules';
import { projectDirectory } from './host/system/paths';

interface Manifest {
	dependencies: Record<string, string>;
	peerDependencies: Record<string, string>;
}

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as Manifest;
const promised = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];

function filesIn(folder: string): string[] {
	return readdirSync(join(projectDirectory, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.[cm]?tsx?$/.test(entry.name))
		.map((entry) => relative(projectDirectory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const read = (path: string) => readFileSync(join(projectDirectory, path), 'utf8');
const check = (path: string, code: string) => violationsOf(path, code, promised);

describe('the rooms of this package', () => {
	const sources = ['lib', 'nodes', 'credentials'].flatMap(filesIn);

	it('are all looked at', () => {
		const rooms = new Set(sources.map((path) => roomOf(path)?.name));
		for (const room of ['base', 'oauth', 'identity', 'vault', 'providers', 'connections', 'portal', 'n8n']) expect(rooms).toContain(room);
	});

	it('import downward only, and keep to themselves what is theirs', () => {
		expect(sources.flatMap((path) => check(path, read(path)))).toEqual([]);
	});

	it('and their tests have files named after what they hold', () => {
		expect(filesIn('test').flatMap((path) => check(path, read(path)))).toEqual([]);
	});
});

describe('the check itself', () => {
	const broken: Array<[why: string, path: string, code: string, told: RegExp]> = [
		['upward', 'lib/vault/a.ts', "import { readConfig } from '../n8n/config';", /^lib\/vault\/a\.ts:1 → lib\/n8n\/config: imports go downward only: vault is level 1, n8n is level 4$/],
		['upward, for a type only', 'lib/oauth/a.ts', "import type { Provider } from '../providers';", /oauth is level 1, providers is level 2/],
		['upward, by a re-export', 'lib/identity/a.ts', "export * from '../connections';", /downward only/],
		['upward, by import()', 'lib/vault/sqlite/a.ts', "const a = await import('../../connections/connection');", /downward only/],
		['upward, in a type', 'lib/vault/a.ts', "export type A = typeof import('../portal');", /downward only/],
		['sideways', 'lib/portal/a.ts', "import { toNodeError } from '../n8n';", /imports never go sideways: portal and n8n are strangers/],
		['sideways on level 1', 'lib/oauth/a.ts', "import { sha256 } from '../vault/ids';", /oauth and vault are strangers/],
		['from level 0', 'lib/errors.ts', "import { SECOND_MS } from './clock';", /level 0 imports nothing of ours/],
		['a provider that knows OAuth', 'lib/providers/a.ts', "import { buildClient } from '../oauth';", /providers import level 0 only/],
		['from node to node', 'nodes/A/A.node.ts', "import { call } from '../B/transport/call';", /nodes never import each other/],
		['from credential type to node', 'credentials/A.credentials.ts', "import { A } from '../nodes/A/A.node';", /never go sideways/],
		['of a test', 'lib/vault/a.ts', "import { a } from '../../test/lib/vault/a';", /source imports lib\//],
		['of a driver', 'lib/vault/stores/a.ts', "import { Pool } from 'pg';", /a database driver is imported in lib\/vault\/<backend>\/ only/],
		['of a driver by require()', 'lib/connections/a.ts', "const sqlite = require('node:sqlite');", /a database driver/],
		['of n8n', 'lib/portal/a.ts', "import type { INode } from 'n8n-workflow';", /n8n's packages/],
		['of a package that users do not get', 'lib/portal/a.ts', "import express from 'express';", /express does not/],
		['of the environment', 'lib/vault/a.ts', 'export const a = process.env.HOME;', /^lib\/vault\/a\.ts:1 process\.env: the environment is read in lib\/n8n\/config\.ts only$/],
		['of the environment, in disguise', 'lib/vault/a.ts', "const { env } = globalThis.process; const b = process['env'];", /process\.env/],
		['of a vendor', 'lib/portal/a.ts', 'const text = `Go to ${app} or SharePoint`;', /^lib\/portal\/a\.ts:1 "[^"]*SharePoint": a vendor is named in/],
		['of a vendor in a name', 'lib/n8n/a.ts', 'export const graphUrl = 1;', /"graphUrl": a vendor/],
		['of a vendor in its rival’s node', 'nodes/SalesforceRetrieveData/a.ts', "const a = 'DocuSign';", /a vendor/],
		['of a long file', 'lib/vault/a.ts', '// A file.\n'.repeat(301), /301 lines/],
		['of a file name', 'lib/vault/dateUtils.ts', '', /named after what it holds/],
		['of a file outside the rooms', 'lib/misc/a.ts', '', /lies in a room/],
	];

	it.each(broken)('sees a violation %s', (_why, path, code, told) => {
		expect(check(path, code)).toEqual(expect.arrayContaining([expect.stringMatching(told)]));
	});

	const fine: Array<[path: string, code: string]> = [
		['lib/connections/a.ts', "import { a } from '../vault';\nimport { b } from '../providers';\nimport { c } from './connection';\nimport { d } from '../errors';"],
		['lib/vault/stores/a.ts', "import { a } from '../port';\nimport type { UserKey } from '../../types';"],
		['lib/vault/postgres/a.ts', "import { Pool } from 'pg';\nimport { a } from '../backend';"],
		['lib/vault/sqlite/a.ts', "const a = require('node:sqlite');"],
		['lib/n8n/config.ts', 'export const a = process.env;'],
		['lib/vault/a.ts', "// Salesforce and Microsoft Graph are only told of.\nexport const a = 'a paragraph of the central entrance';"],
		['lib/vault/a.ts', `// More than 300 lines in one file: because.\n${'// A file.\n'.repeat(301)}`],
		['nodes/SharePoint/transport/a.ts', "import { a } from '../../../lib/n8n';\nconst host = 'https://graph.microsoft.com';\nimport type { Request } from 'express';"],
	];

	it.each(fine)('has nothing against what is right: %s', (path, code) => {
		expect(check(path, code)).toEqual([]);
	});
});
