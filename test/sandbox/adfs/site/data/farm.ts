// The farm of the sandbox: which sites there are, who sees them, and what lies in them.
import { people, type Person } from '../../../people';
import type { SandboxSettings } from '../../../settings';
import { column, libraryColumns, listColumns, stableGuid } from './columns';
import { contentOf, generated, type Content } from './content';
import { addFile, addFolder } from './entries';
import { newItem, type Field, type Folder, type List, type Web } from './model';

export interface Farm {
	readonly webs: readonly Web[];
	/** The web of exactly this server-relative address. */
	webAt(path: string): Web | undefined;
	/** The web that a server-relative path of a file or folder lies in. */
	webContaining(path: string): Web;
}

/** Ids of the user information list. They are those of `sharePointUser.ts`. */
export function userIdOf(person: Person): number {
	return people.indexOf(person) + 10;
}

export const personById = (id: unknown): Person | undefined => people.find((person) => userIdOf(person) === id);

const since = '2026-01-05T08:00:00Z';
const idOf = (name: string): number => userIdOf(people.find((person) => person.name === name)!);

function web(path: string, title: string, who: Pick<Web, 'readers' | 'writers'>, parent?: Web): Web {
	const made: Web = { id: stableGuid(`web ${path}`), siteId: parent?.siteId ?? stableGuid(`site ${path}`), path, title, description: `${title} of the sandbox`, created: since, ...(parent && { parent }), ...who, lists: [] };
	addList(made, 'Documents', 101, [], 'Shared Documents');
	return made;
}

function addList(owner: Web, title: string, template: List['template'], own: readonly Field[], folderName = `Lists/${title}`, hidden = false): List {
	const root: Folder = { kind: 'folder', guid: stableGuid(`folder ${owner.path} ${title}`), name: folderName, parent: undefined, list: undefined as unknown as List, item: undefined, created: since, modified: since, children: new Map() };
	const list: List = { id: stableGuid(`list ${owner.path} ${title}`), title, description: '', template, hidden, created: since, fields: [...(template === 101 ? libraryColumns : listColumns), ...own], items: new Map(), lastId: 0, root, web: owner, lastModified: since };
	// The two name each other.
	(root as { list: List }).list = list;
	owner.lists.push(list);
	return list;
}

function addText(folder: Folder, name: string, text: string, owner: string): void {
	addFile(folder, name, contentOf(Buffer.from(text)), idOf(owner));
}

/** As large as the setting says at the time somebody looks. */
function generatedAsSet(settings: SandboxSettings): Content {
	const now = (): Content => generated(settings.siteLargeFileBytes);
	return {
		get size() {
			return settings.siteLargeFileBytes;
		},
		get sha256() {
			return now().sha256;
		},
		open: (range) => now().open(range),
	};
}

function fillShared(shared: Web, settings: SandboxSettings): void {
	const tags = addList(shared, 'Tags', 100, []);
	for (const Title of ['internal', 'urgent', 'customer']) newItem(tags, idOf('integration'), { Title });
	const projects = addList(shared, 'Projects', 100, [
		column('Status', 'Choice', { choices: ['Planned', 'Active', 'Done'], indexed: true }),
		column('Categories', 'MultiChoice', { choices: ['Research', 'Sales', 'Support'] }),
		column('Customer', 'Lookup', { lookupList: tags.id, title: 'Main Tag' }),
		column('Tags', 'LookupMulti', { lookupList: tags.id }),
		column('Owner', 'User', { title: 'Project Owner' }),
		column('Reviewers', 'UserMulti'),
		column('Budget', 'Currency'),
		column('Progress', 'Number'),
		column('Due_x0020_Date', 'DateTime', { title: 'Due Date' }),
		column('Delivery', 'DateTime', { dateOnly: true }),
		column('Billable', 'Boolean'),
		column('Website', 'URL'),
		column('Notes', 'Note'),
		column('ExternalKey', 'Text', { title: 'External Key', indexed: true }),
	]);
	for (const [index, Title] of ['Apollo', "Baker's Dozen", 'Café 100% #1'].entries()) {
		newItem(projects, idOf('alice'), {
			Title, Status: ['Planned', 'Active', 'Done'][index], Categories: ['Research', 'Sales'].slice(0, index), Customer: index + 1, Tags: [1, 2, 3].slice(0, index + 1), Owner: idOf(index === 1 ? 'bob' : 'alice'), Reviewers: index === 0 ? [] : [idOf('alice'), idOf('bob')],
			Budget: 1_000.5 * (index + 1), Progress: 25 * index, Due_x0020_Date: `2026-0${index + 3}-01T12:00:00Z`, Billable: index === 1, Website: index === 2 ? null : { Description: Title, Url: `https://example.com/${index + 1}` }, Notes: `Line one of ${Title}\nLine two`, ExternalKey: `P-${index + 1}`,
		});
	}
	const readings = addList(shared, 'Readings', 100, [column('Sensor', 'Text', { indexed: true }), column('Reading', 'Number', { title: 'Value' })]);
	readings.fill = () => {
		if (readings.items.size === settings.siteReadingRows) return;
		readings.items.clear();
		readings.lastId = 0;
		for (let n = 1; n <= settings.siteReadingRows; n++) newItem(readings, idOf('integration'), { Title: `Reading ${n}`, Sensor: `S-${n % 10}`, Reading: n });
	};
	const documents = shared.lists[0]!.root;
	const reports = addFolder(documents, 'Reports', idOf('alice'));
	addText(reports, 'summary.txt', 'Summary of the year', 'alice');
	addText(documents, "It's 100% #1 Ünïcode 🚀.txt", 'A name with everything in it', 'alice');
	addFile(documents, 'large.bin', generatedAsSet(settings), idOf('alice'));
	addList(shared, 'User Information List', 112, [], '_catalogs/users', true);
}

export function buildFarm(settings: SandboxSettings): Farm {
	const all = people.map(({ name }) => name);
	const root = web('/', 'Contoso Intranet', { readers: all, writers: ['integration'] });
	const aerospace = web('/sites/aerospace', 'Aerospace', { readers: [], writers: ['alice', 'integration'] });
	const bakery = web('/sites/bakery', 'Bakery', { readers: [], writers: ['bob', 'integration'] });
	const shared = web('/sites/shared', 'Shared Projects', { readers: ['carol'], writers: ['alice', 'bob', 'integration'] });
	const projects = web('/sites/shared/apollo', 'Apollo Project', { readers: [], writers: ['alice', 'integration'] }, shared);
	addText(aerospace.lists[0]!.root, 'engines.txt', 'Engines of Alice', 'alice');
	addText(bakery.lists[0]!.root, 'recipes.txt', 'Recipes of Bob', 'bob');
	fillShared(shared, settings);
	const webs = [root, aerospace, bakery, shared, projects];
	return {
		webs,
		webAt: (path) => webs.find((candidate) => candidate.path === (path.replace(/\/+$/, '').toLowerCase() || '/')),
		webContaining: (path) => {
			const inside = (candidate: Web): boolean => candidate.path === '/' || `${path.toLowerCase()}/`.startsWith(`${candidate.path}/`);
			return webs.filter(inside).reduce((deepest, candidate) => (candidate.path.length > deepest.path.length ? candidate : deepest));
		},
	};
}
