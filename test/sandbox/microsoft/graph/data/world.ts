// The tenant's sites: each person has their own, some they share.
import type { SandboxSettings } from '../../../settings';
import { madeContent, memoryContent } from '../drives/content';
import { Drive } from '../drives/drive';
import { LibraryRows } from '../drives/libraryRows';
import { driveIdOf, guidOf } from '../ids';
import { libraryColumns, systemColumns } from '../lists/columns';
import type { List } from '../lists/list';
import { ListRows } from '../lists/listRows';
import { siteUserNamed, siteUsers } from '../people';
import type { Site } from '../sites/site';
import { fileSeeds } from './fileSeeds';
import { customers, hiddenTasks, invoices, projects, readings, userList, type ListSeed } from './listSeeds';
import { siteSeeds, type SiteSeed } from './siteSeeds';

const created = '2026-01-05T08:00:00Z';
const library = (name: string, displayName: string): ListSeed => ({ name, displayName, description: '', isLibrary: true, columns: () => libraryColumns, count: 0, values: () => ({}) });

/** The root site first. */
export function buildSites(sharePointUrl: string, settings: SandboxSettings): Site[] {
	const sites: Site[] = [];
	for (const seed of siteSeeds) sites.push(buildSite(seed, sites, sharePointUrl, settings));
	return sites;
}

function buildSite(seed: SiteSeed, others: readonly Site[], sharePointUrl: string, settings: SandboxSettings): Site {
	const { hostname } = new URL(sharePointUrl);
	const parent = others.find(({ path }) => path === seed.parentPath);
	const collectionId = parent?.collectionId ?? guidOf(`site collection ${seed.path}`);
	const webId = guidOf(`web ${seed.path}`);
	const lists: List[] = [];
	const site: Site = { ...seed, id: `${hostname},${collectionId},${webId}`, collectionId, webId, name: seed.path.split('/').at(-1)!, webUrl: `${sharePointUrl}${seed.path}`, hostname, parent, created, lists };
	for (const listSeed of listsOf(seed)) lists.push(buildList(site, listSeed, settings));
	for (const list of lists) if (list.drive) fill(list.drive, site, settings);
	return site;
}

function listsOf({ has, path }: SiteSeed): ListSeed[] {
	const all: Readonly<Record<string, readonly ListSeed[]>> = { projects: [customers, projects], invoices: [invoices], readings: [readings], archive: [library('Archive', 'Archive & more')] };
	return [library('Shared Documents', 'Documents'), ...has.flatMap((name) => all[name]!), ...(path === '' ? [] : [hiddenTasks]), userList];
}

function buildList(site: Site, seed: ListSeed, settings: SandboxSettings): List {
	const idOf = (name: string): string => guidOf(`list ${site.path} ${name}`);
	const id = idOf(seed.name);
	const owner = site.members[0] ?? 'integration';
	const drive = seed.isLibrary ? new Drive(driveIdOf(site.collectionId, site.webId, id), settings, created, siteUserNamed(owner).id) : undefined;
	// A site knows its people by the ids that they have in this very list.
	const userAt = (row: number) => siteUsers.find(({ id: number }) => number === row)!;
	const made = {
		...(seed.isSystem && { firstId: siteUsers[0]!.id }),
		count: () => (seed.count === 'readings' ? settings.graphReadings : seed.isSystem ? siteUsers.at(-1)!.id : seed.count),
		values: (row: number) => (seed.isSystem ? { Title: userAt(row).title, EMail: userAt(row).email, Name: `i:0#.f|membership|${userAt(row).email}` } : seed.values(row, owner)),
		authorId: () => siteUserNamed(owner).id,
	};
	const list: List = {
		id,
		name: seed.name,
		displayName: seed.displayName,
		description: seed.description,
		template: seed.isLibrary ? 'documentLibrary' : seed.isSystem ? 'userInformation' : 'genericList',
		hidden: seed.hidden ?? false,
		isSearched: seed.count !== 'readings',
		isSystem: seed.isSystem ?? false,
		site,
		columns: [...seed.columns(idOf), ...systemColumns],
		rows: drive ? new LibraryRows(drive) : new ListRows(`item ${id}`, made),
		...(drive && { drive }),
		created,
	};
	if (drive) drive.list = list;
	return list;
}

function fill(drive: Drive, site: Site, settings: SandboxSettings): void {
	const by = siteUserNamed(site.members[0] ?? 'integration').id;
	for (const { path, text } of fileSeeds(site, drive.list.name)) {
		const names = path.split('/');
		drive.putFile(drive.folderAt(drive.root, names.slice(0, -1), by), names.at(-1)!, memoryContent(Buffer.from(text)), 'fail', by);
	}
	if (site.path !== '/sites/everyone' || drive.list.name !== 'Shared Documents') return;
	const { node } = drive.putFile(drive.root, 'large.bin', memoryContent(Buffer.alloc(0)), 'fail', by);
	// As large as the setting says at the time somebody looks.
	let content = madeContent('large.bin', settings.graphLargeFileBytes);
	let own = true;
	Object.defineProperty(node, 'content', {
		enumerable: true,
		get: () => {
			if (own && content.size !== settings.graphLargeFileBytes) content = madeContent('large.bin', settings.graphLargeFileBytes);
			return content;
		},
		set: (changed: typeof content) => {
			[content, own] = [changed, false];
		},
	});
}
