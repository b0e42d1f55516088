/**
 * `npm run check:pack`: is what `npm publish` would upload complete, clean, and loadable where n8n installs it?
 * Packs and installs this package by the steps of n8n's installer, then loads every file of the `n8n` block in a plain
 * Node 24 that finds nothing but the package's own dependencies and `n8n-workflow`, which n8n lends to every package.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, posix, relative, sep } from 'node:path';

import { installPackage } from './packageInstall';
import { runCommand } from './system/command';
import { nodeBinary, projectDirectory } from './system/paths';
import { removeTemporary, temporaryDirectory } from './system/temporary';

interface Manifest {
	n8n: { nodes: string[]; credentials: string[] };
	dependencies: Record<string, string>;
	peerDependencies: Record<string, string>;
}

/** What the loading process below tells of each file. */
interface LoadedType {
	file: string;
	name: string;
	icons: string[];
}

const ALLOWED = /^(?:dist\/.+|index\.js|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
const EXPECTED = ['index.js', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
const REFUSED: Array<[pattern: RegExp, why: string]> = [
	[/(^|\/)(test|tests|__tests__|sandbox)\/|\.(test|spec)\./, 'a test'],
	[/\.map$/, 'a source map'],
	[/\.tsx?$/, 'TypeScript'],
	[/(^|\/)\.|\.(tgz|log|sqlite|pem|key)$/, 'no part of a package'],
];

/** S31, and what has no place in built code. Values may be set by property, by pair or in an address. */
const FORBIDDEN: Array<[pattern: RegExp, why: string]> = [
	[/grant_type\W{1,6}password\b|GrantRequest\([^)]*['"]password['"]/, 'S31: a password grant'],
	[/response_type\W{1,6}(?:[\w ]+ )?(?:id_)?token\b/, 'S31: an implicit grant'],
	[/sourceMappingURL=/, 'a link to a source map'],
];

const LOAD = `
const { basename, dirname, join } = require('node:path');
const { files, root } = JSON.parse(process.argv[1]);
const told = files.map((file) => {
	const name = basename(file).replace(/\\.(node|credentials)\\.js$/, '');
	const type = new (require(join(root, file))[name])();
	const icon = (type.description ?? type).icon;
	return { file, name: (type.description ?? type).name, icons: typeof icon === 'object' ? [icon.light, icon.dark] : [icon] };
});
process.stdout.write(JSON.stringify(told));
`;

const defects: string[] = [];

async function filesOf(directory: string): Promise<string[]> {
	const entries = await readdir(directory, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
		.filter((path) => !path.startsWith('node_modules/'))
		.sort();
}

function checkList(files: readonly string[], manifest: Manifest): void {
	for (const file of files) {
		if (!ALLOWED.test(file)) defects.push(`${file} is packed and should not be`);
		for (const [pattern, why] of REFUSED) if (pattern.test(file)) defects.push(`${file} is packed: ${why}`);
	}
	for (const file of [...EXPECTED, ...manifest.n8n.nodes, ...manifest.n8n.credentials]) if (!files.includes(file)) defects.push(`${file} is missing`);
	for (const node of manifest.n8n.nodes) if (!files.includes(node.replace(/\.js$/, '.json'))) defects.push(`${node} has no codex file beside it`);
	if (JSON.stringify(manifest.peerDependencies) !== '{"n8n-workflow":"*"}') defects.push('peerDependencies must be {"n8n-workflow": "*"}: n8n brings its own');
	for (const [name, range] of Object.entries(manifest.dependencies)) if (!/^\^\d+\.\d+\.\d+$/.test(range)) defects.push(`the dependency ${name} "${range}" is no caret range of a release`);
}

async function checkTexts(root: string, files: readonly string[]): Promise<void> {
	const local = [projectDirectory, homedir()].filter((path) => path.split('/').length > 2 || path === projectDirectory);
	for (const file of files) {
		const text = await readFile(join(root, file), 'utf8');
		for (const path of local) if (text.includes(path)) defects.push(`${file} names a path of this machine`);
		if (/\.js$/.test(file)) for (const [pattern, why] of FORBIDDEN) if (pattern.test(text)) defects.push(`${file} holds ${why}`);
	}
}

/** Loads every file in a process that has neither this project's nor n8n's node_modules. */
async function load(root: string, place: string, manifest: Manifest): Promise<LoadedType[]> {
	const lent = join(place, 'lent');
	await mkdir(lent);
	// n8n puts its own node_modules on NODE_PATH; of those a package may count on this one only.
	await symlink(join(projectDirectory, 'node_modules', 'n8n-workflow'), join(lent, 'n8n-workflow'), 'dir');
	const files = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
	const env = { PATH: process.env['PATH'], NODE_PATH: lent };
	return JSON.parse(await runCommand(nodeBinary(), ['-e', LOAD, JSON.stringify({ files, root })], { cwd: place, env })) as LoadedType[];
}

async function main(): Promise<void> {
	const place = temporaryDirectory('check-pack');
	try {
		const root = await installPackage(place);
		const manifest = JSON.parse(await readFile(join(projectDirectory, 'package.json'), 'utf8')) as Manifest;
		const files = await filesOf(root);
		checkList(files, manifest);
		await checkTexts(root, files);
		const loaded = await load(root, place, manifest);
		for (const { file, icons } of loaded) {
			for (const icon of icons) if (!existsSync(join(root, posix.join(dirname(file), icon.replace(/^file:/, ''))))) defects.push(`${file}: its icon ${icon} is not packed`);
		}
		for (const defect of defects) process.stderr.write(`${defect}\n`);
		if (defects.length > 0) throw new Error(`${defects.length} defects in the package`);
		process.stdout.write(`${files.length} files packed; loaded in plain Node ${(await runCommand(nodeBinary(), ['--version'])).trim()}: ${loaded.map(({ name }) => name).join(', ')}\n`);
	} finally {
		await removeTemporary(place);
	}
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
