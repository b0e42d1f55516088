/**
 * Puts a package where n8n's own installer of community nodes puts it, by the same steps: pack,
 * unpack, drop all but the run-time dependencies, install those flat and without scripts. So what
 * tests run is what users get. (n8n: modules/community-packages/community-packages.service.)
 */
import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { buildIfStale } from './packageBuild';
import { npmEnvironment, runCommand } from './system/command';
import { withLock } from './system/lock';
import { cacheDirectory, projectDirectory } from './system/paths';
import { removeTemporary, temporaryDirectory } from './system/temporary';

interface Manifest {
	name: string;
	version: string;
	dependencies?: Record<string, string>;
}

/** What n8n passes to npm, word for word. */
const npmInstall = [
	'install', '--audit=false', '--fund=false', '--bin-links=false',
	'--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false',
];

/** How long an installed tree stands for "what the registry gives today". */
const cacheGeneration = new Date().toISOString().slice(0, 7);

/** `package.json` as n8n leaves it: no dependencies but the run-time ones. */
async function reduceManifest(directory: string): Promise<Manifest> {
	const path = join(directory, 'package.json');
	const whole = JSON.parse(await readFile(path, 'utf8')) as Manifest & Record<string, unknown>;
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = whole;
	void [devDependencies, peerDependencies, optionalDependencies];
	await writeFile(path, JSON.stringify(manifest, null, 2));
	return manifest;
}

/** The installed `node_modules` for exactly these dependencies, made on first use. */
async function dependencyTree(dependencies: Record<string, string>): Promise<string> {
	const list = Object.entries(dependencies).sort(([a], [b]) => a.localeCompare(b));
	const key = JSON.stringify([list, cacheGeneration, process.platform, process.arch]);
	const tree = join(cacheDirectory(), 'dependencies', createHash('sha256').update(key).digest('hex').slice(0, 16));
	if (existsSync(tree)) return tree;
	await withLock(`${tree}.lock`, async () => {
		if (existsSync(tree)) return;
		const fresh = `${tree}.new`;
		await rm(fresh, { recursive: true, force: true });
		await mkdir(fresh, { recursive: true });
		const manifest = { name: 'dependencies', version: '1.0.0', private: true, dependencies };
		await writeFile(join(fresh, 'package.json'), JSON.stringify(manifest));
		await runCommand('npm', npmInstall, { cwd: fresh, env: npmEnvironment() });
		await mkdir(join(fresh, 'node_modules'), { recursive: true });
		await rename(fresh, tree);
	});
	return tree;
}

/** Packs `directory` as `npm publish` would, and unpacks the tarball into `target`. */
async function packInto(directory: string, target: string): Promise<void> {
	const place = temporaryDirectory('pack');
	try {
		const printed = await runCommand('npm', ['pack', '--quiet', '--ignore-scripts', '--pack-destination', place], {
			cwd: directory,
			env: npmEnvironment(),
		});
		const tarball = printed.trim().split('\n').at(-1) ?? '';
		await runCommand('tar', ['-xzf', join(place, tarball), '-C', target, '--strip-components=1']);
	} finally {
		await removeTemporary(place);
	}
}

/** Enters the package in `.n8n/nodes/package.json`, n8n's own list of what it installed. */
async function enterInLedger(nodesFolder: string, { name, version }: Manifest): Promise<void> {
	const path = join(nodesFolder, 'package.json');
	const known: { dependencies?: Record<string, string> } = existsSync(path)
		? JSON.parse(await readFile(path, 'utf8'))
		: { name: 'installed-nodes', private: true };
	const ledger = { ...known, dependencies: { ...known.dependencies, [name]: version } };
	await writeFile(path, JSON.stringify(ledger, null, 2));
}

/**
 * Installs a package (default: this one, built first where `dist` is missing or older than its
 * sources) into `<userFolder>/.n8n/nodes`. n8n must not be running on that folder. Returns the
 * folder of the installed package.
 */
export async function installPackage(
	userFolder: string,
	packageDirectory: string = projectDirectory,
): Promise<string> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const source = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as Manifest;
	const target = join(nodesFolder, 'node_modules', source.name);
	await rm(target, { recursive: true, force: true });
	await mkdir(target, { recursive: true });
	// Under the build's lock: a build that starts now would delete what is being packed.
	await buildIfStale(packageDirectory, async () => await packInto(packageDirectory, target));
	const manifest = await reduceManifest(target);
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		const tree = await dependencyTree(manifest.dependencies ?? {});
		await cp(join(tree, 'node_modules'), join(target, 'node_modules'), {
			recursive: true,
			mode: constants.COPYFILE_FICLONE,
			verbatimSymlinks: true,
		});
	}
	await enterInLedger(nodesFolder, manifest);
	return target;
}
