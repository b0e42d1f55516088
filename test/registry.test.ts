/** Says which of the seven steps of CONTRIBUTING.md a connector still lacks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import type { ICredentialType, INodeType, Themed } from 'n8n-workflow';

import { PROVIDERS, type Provider } from '../lib/providers';
import { projectDirectory } from './host/system/paths';

interface Manifest {
	name: string;
	homepage: string;
	n8n: { nodes: string[]; credentials: string[] };
}

const STEPS = [
	'lib/providers/<id>.ts, and its line in lib/providers/index.ts',
	'credentials/<Type>.credentials.ts with its icons',
	'nodes/<Node>/: description, operations, transport, icons',
	'its credential test: testedBy, methods.credentialTest',
	'the codex file, and the n8n block of package.json',
	'test/sandbox/<id>/: the provider as played in tests',
	'README.md and CHANGELOG.md',
] as const;

/** Folders of played providers that are named after the server, not after the app behind it. */
const SANDBOXES: Readonly<Record<string, string>> = { sharePointOnline: 'microsoft', sharePointServer: 'adfs', docuSign: 'docusign' };

/** Both of a type in the tree: `file` as it lies there, `loaded` as n8n makes it. */
interface Loaded<T> {
	file: string;
	loaded: T;
}

const at = (...path: string[]) => join(projectDirectory, ...path);
const has = (...path: string[]) => existsSync(at(...path));
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8')) as Manifest;

function filesOf(folder: string, ending: string): string[] {
	return readdirSync(at(folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith(ending))
		.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
		.sort();
}

function load<T>(file: string, ending: string): Loaded<T> {
	// n8n takes the export that is named like the file.
	const exported = jest.requireActual<Record<string, new () => T>>(at(file))[basename(file, ending)];
	if (exported === undefined) throw new Error(`${file} exports no ${basename(file, ending)}: n8n would not find it`);
	return { file, loaded: new exported() };
}

const nodes = filesOf('nodes', '.node.ts').map((file) => load<INodeType>(file, '.node.ts'));
const credentials = filesOf('credentials', '.credentials.ts').map((file) => load<ICredentialType>(file, '.credentials.ts'));
const built = (file: string) => `dist/${file.replace(/\.ts$/, '.js')}`;

/** Icons that are named and are not there, or are not named at all. */
function iconDefects(file: string, icon: Themed<string> | string | undefined): string[] {
	if (icon === undefined || typeof icon === 'string') return [`${file} names no icon for each of light and dark`];
	return [icon.light, icon.dark].filter((name) => !/^file:.+\.svg$/.test(name) || !has(dirname(file), name.slice('file:'.length))).map((name) => `${file}: no such SVG: ${name}`);
}

/** Its User Login type, and those of its logins without a person. */
const credentialTypesOf = ({ credentialType, serverLogins = [] }: Provider): string[] => [credentialType, ...serverLogins.map((login) => login.credentialType)];

const slotOf = ({ description }: INodeType, type: string) => description.credentials?.find(({ name }) => name === type);

/** What a provider lacks, each with the number and the name of its step. */
function missingOf(provider: Provider): string[] {
	const missing: string[] = [];
	const step = (number: 1 | 2 | 3 | 4 | 5 | 6 | 7, ...defects: string[]) => missing.push(...defects.map((defect) => `step ${number} (${STEPS[number - 1]}): ${defect}`));

	if (!has('lib/providers', `${provider.id}.ts`)) step(1, `lib/providers/${provider.id}.ts is not there`);
	const known = new Set(provider.knownScopes.map(({ scope }) => scope));
	for (const scope of [...provider.requiredScopes, ...provider.defaultScopes]) if (!known.has(scope)) step(1, `users are not told what the scope "${scope}" means (knownScopes)`);
	for (const scope of provider.requiredScopes) if (!provider.defaultScopes.includes(scope)) step(1, `the required scope "${scope}" is not among defaultScopes`);
	if (!/^[a-z0-9][a-z0-9-]*$/.test(provider.callbackSegment) || PROVIDERS.filter(({ callbackSegment }) => callbackSegment === provider.callbackSegment).length > 1) step(1, `its callbackSegment "${provider.callbackSegment}" must be small letters, digits and hyphens, and its own`);
	if (PROVIDERS.filter(({ id }) => id === provider.id).length > 1) step(1, 'its id is taken');
	for (const type of credentialTypesOf(provider)) if (PROVIDERS.flatMap(credentialTypesOf).filter((taken) => taken === type).length > 1) step(1, `the credential type "${type}" is taken`);
	for (const login of provider.serverLogins ?? []) {
		const told = new Set(login.knownScopes.map(({ scope }) => scope));
		for (const scope of [...(login.requiredScopes ?? []), ...login.defaultScopes]) if (!told.has(scope)) step(1, `admins are not told what the scope "${scope}" of "${login.credentialType}" means (knownScopes)`);
		if ((login.grant === 'jwtBearer') !== (login.jwt !== undefined)) step(1, `"${login.credentialType}" has rules for assertions if and only if it is JWT bearer`);
	}
	if (!provider.iconSvg.startsWith('<svg')) step(1, 'iconSvg is no SVG: the portal shows it');

	const users = new Set<Loaded<INodeType>>();
	for (const type of credentialTypesOf(provider)) {
		const credential = credentials.find(({ loaded }) => loaded.name === type);
		if (credential === undefined) step(2, `no file in credentials/ has the name "${type}"`);
		else {
			step(2, ...iconDefects(credential.file, credential.loaded.icon));
			if (credential.loaded.authenticate === undefined) step(2, `${credential.file} has no authenticate: HTTP Request cannot use it`);
		}

		const takers = nodes.filter(({ loaded }) => slotOf(loaded, type) !== undefined && !loaded.description.group.includes('trigger'));
		if (takers.length === 0) step(3, `no node in nodes/ takes the credential "${type}"`);
		for (const node of takers) users.add(node);

		const tested = takers.some(({ loaded }) => {
			const testedBy = slotOf(loaded, type)?.testedBy;
			return typeof testedBy === 'string' && typeof loaded.methods?.credentialTest?.[testedBy] === 'function';
		});
		if (!tested && credential?.loaded.test === undefined) step(4, `nothing tests "${type}"`);
		if (credential !== undefined && !manifest.n8n.credentials.includes(built(credential.file))) step(5, `${built(credential.file)} is not in n8n.credentials`);
	}
	for (const { file, loaded } of users) {
		step(3, ...iconDefects(file, loaded.description.icon));
		if (!manifest.n8n.nodes.includes(built(file))) step(5, `${built(file)} is not in n8n.nodes`);
		step(5, ...codexDefects(file, loaded));
	}

	const sandbox = SANDBOXES[provider.id] ?? provider.id;
	if (!has('test/sandbox', sandbox)) step(6, `test/sandbox/${sandbox}/ is not there`);
	for (const document of ['README.md', 'CHANGELOG.md']) if (!has(document) || !readFileSync(at(document), 'utf8').includes(provider.appName)) step(7, `${document} does not mention ${provider.appName}`);
	return missing;
}

function codexDefects(file: string, { description }: INodeType): string[] {
	const codex = file.replace(/\.ts$/, '.json');
	if (!has(codex)) return [`${codex} is not there`];
	const { node, resources } = JSON.parse(readFileSync(at(codex), 'utf8')) as { node?: string; resources?: { primaryDocumentation?: { url: string }[] } };
	const expected = `${manifest.name}.${description.name}`;
	// Where *Docs* in the editor leads: to the readme, or to a page of the guide that is there.
	const page = resources?.primaryDocumentation?.[0]?.url ?? '';
	const [repository = ''] = manifest.homepage.split('#');
	const isThere = page === manifest.homepage || (page.startsWith(`${repository}/blob/main/docs/`) && has(page.slice(`${repository}/blob/main/`.length)));
	return [...(node === expected ? [] : [`${codex} is for "${node}", not "${expected}"`]), ...(isThere ? [] : [`${codex}: "${page}" is neither the readme nor a page of the guide`])];
}

describe('every connector is complete', () => {
	it.each(PROVIDERS.map((provider) => [provider.appName, provider] as const))('%s', (_name, provider) => {
		expect(missingOf(provider)).toEqual([]);
	});

	it('and what is incomplete is told by its step', () => {
		const [finished] = PROVIDERS;
		const login = { ...finished!.serverLogins![0]!, credentialType: 'unfinishedClientCredentialsOAuth2Api', defaultScopes: ['unheard-of'] };
		const unfinished: Provider = { ...finished!, id: 'unfinished', appName: 'Unfinished App', credentialType: 'unfinishedUserLoginOAuth2Api', requiredScopes: ['openid', 'unheard-of'], serverLogins: [login] };
		const steps = missingOf(unfinished).map((line) => /^step (\d)/.exec(line)?.[1]);
		// Meaning and default of the scope, callbackSegment, scope of the login; then file, node and test of both types.
		expect(steps).toEqual(['1', '1', '1', '1', '2', '3', '4', '2', '3', '4', '6', '7', '7']);
	});
});

describe('package.json lists exactly what is in the tree', () => {
	it('its nodes', () => {
		expect([...manifest.n8n.nodes].sort()).toEqual(nodes.map(({ file }) => built(file)));
	});

	it('its credential types', () => {
		expect([...manifest.n8n.credentials].sort()).toEqual(credentials.map(({ file }) => built(file)));
	});

	it.each(nodes.map((node) => [node.file, node] as const))('%s has icons and a codex file of its own, whose Docs lead somewhere', (file, { loaded }) => {
		expect([...iconDefects(file, loaded.description.icon), ...codexDefects(file, loaded)]).toEqual([]);
	});

	it('CONTRIBUTING.md has these seven steps', () => {
		const text = readFileSync(at('CONTRIBUTING.md'), 'utf8');
		expect(STEPS.filter((_step, index) => !new RegExp(`^${index + 1}\\. `, 'm').test(text))).toEqual([]);
	});
});
