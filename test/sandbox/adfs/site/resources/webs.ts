// Webs, site collections, and what belongs to the whole web.
import type { Call } from '../call';
import { folderAt, entryAt } from '../data/entries';
import type { Web } from '../data/model';
import { noFile, noFolder } from '../errors';
import { argumentOf } from '../odata/path';
import { done, value, type Children, type Collection, type Entity, type Methods } from '../odata/resource';
import { copyTo, entriesOf, folderEntity, moveTo } from './files';
import { listAt, listEntity, lists } from './lists';
import { ensureUser, userEntity, users } from './users';

export function webEntity(call: Call, web: Web): Entity {
	const own = web === call.web;
	return {
		kind: 'entity',
		type: 'SP.Web',
		path: 'Web',
		properties: {
			AllowRssFeeds: true,
			AlternateCssUrl: '',
			AppInstanceId: '00000000-0000-0000-0000-000000000000',
			Configuration: 0,
			Created: web.created,
			CustomMasterUrl: `${web.path === '/' ? '' : web.path}/_catalogs/masterpage/seattle.master`,
			Description: web.description,
			EnableMinimalDownload: true,
			Id: web.id,
			IsMultilingual: false,
			Language: 1033,
			LastItemModifiedDate: web.lists.map(({ lastModified }) => lastModified).sort().at(-1),
			MasterUrl: `${web.path === '/' ? '' : web.path}/_catalogs/masterpage/seattle.master`,
			NoCrawl: false,
			QuickLaunchEnabled: true,
			RecycleBinEnabled: true,
			ServerRelativeUrl: web.path,
			SiteLogoUrl: null,
			SyndicationEnabled: true,
			Title: web.title,
			TreeViewEnabled: false,
			UIVersion: 15,
			UIVersionConfigurationEnabled: false,
			Url: call.urlOf(web),
			WebTemplate: 'STS',
		},
		expandable: { CurrentUser: () => userEntity(call, call.person), Lists: () => lists(call).rows() },
		...(own && { children: childrenOfWeb(call), methods: methodsOfWeb(call) }),
	};
}

function childrenOfWeb(call: Call): Children {
	return {
		...entriesOf(call),
		currentuser: () => userEntity(call, call.person),
		lists: () => lists(call),
		getlist: (segment) => listAt(call, String(argumentOf(segment, 'strUrl'))),
		defaultdocumentlibrary: () => listEntity(call, call.web.lists[0]!),
		siteusers: () => users(call),
		getuserbyid: (segment) => users(call).children!['getbyid']!(segment),
		webs: () => subwebs(call),
		title: () => value(call.web.title),
		folders: () => ({ kind: 'collection', path: 'Web/Folders', rows: () => call.web.lists.map((list) => folderEntity(call, list.root)), key: (segment) => folderEntity(call, folderAt(call.web, String(argumentOf(segment, 'url')))) }),
	};
}

/** Those that the caller may see: asked for all, a farm refuses whoever is no administrator, so this list is what people get. */
function subwebs(call: Call): Collection {
	return { kind: 'collection', path: 'Web/Webs', rows: () => call.site.farm.webs.filter((web) => web.parent === call.web && call.sees(web)).map((web) => webEntity(call, web)) };
}

function methodsOfWeb(call: Call): Methods {
	return {
		ensureuser: async (segment) => {
			call.assertWritable();
			return ensureUser(call, segment.hasArgs ? argumentOf(segment, 'logonName') : (await call.json())['logonName']);
		},
	};
}

function siteEntity(call: Call): Entity {
	const root = call.web.parent ?? call.web;
	return {
		kind: 'entity',
		type: 'SP.Site',
		path: 'Site',
		properties: { AllowDesigner: true, CompatibilityLevel: 15, Id: root.siteId, MaxItemsPerThrottledOperation: call.site.settings.siteListViewThreshold, PrimaryUri: call.urlOf(root), ReadOnly: false, ServerRelativeUrl: root.path, UpgradeInfo: null, Url: call.urlOf(root) },
		expandable: { RootWeb: () => webEntity(call, root) },
		children: { rootweb: () => webEntity(call, root) },
	};
}

function contextInfo(call: Call): Entity {
	return {
		kind: 'entity',
		type: 'SP.ContextWebInformation',
		path: 'contextinfo',
		properties: {
			FormDigestTimeoutSeconds: call.site.settings.siteDigestTtlSeconds,
			FormDigestValue: call.site.digests.issue(call.person),
			LibraryVersion: '16.0.17928.20000',
			SiteFullUrl: call.urlOf(call.web.parent ?? call.web),
			SupportedSchemaVersions: ['14.0.0.0', '15.0.0.0'],
			WebFullUrl: call.webUrl,
		},
	};
}

/** What stands directly below `_api/`. */
export function rootOf(call: Call): Entity {
	return {
		kind: 'entity',
		type: 'SP.Root',
		path: '',
		properties: {},
		children: { web: () => webEntity(call, call.web), site: () => siteEntity(call) },
		methods: {
			contextinfo: () => contextInfo(call),
			...Object.fromEntries((['file', 'folder'] as const).flatMap((kind) => (['move', 'copy'] as const).map((verb) => [`sp.movecopyutil.${verb}${kind}bypath`, async (segment) => done(await moveOrCopy(call, kind, verb, segment))]))) as Methods,
		},
	};
}

/**
 * Absolute addresses of source and destination; with `KeepBoth` the copy gets a number.
 * @see https://learn.microsoft.com/en-us/previous-versions/office/sharepoint-csom/mt844923(v=office.15)
 */
async function moveOrCopy(call: Call, kind: 'file' | 'folder', verb: 'move' | 'copy', segment: Parameters<NonNullable<Methods[string]>>[0]): Promise<void> {
	const body = await call.json();
	const pathOf = (name: string): string => {
		const given = (body[name] as { DecodedUrl?: unknown } | undefined)?.DecodedUrl;
		if (typeof given !== 'string' || !given.startsWith(`${call.site.origin}/`)) throw noFolder();
		return given.slice(call.site.origin.length);
	};
	const from = pathOf('srcPath');
	const to = pathOf('destPath');
	const overwrite = kind === 'file' && (segment.hasArgs ? argumentOf(segment, 'overwrite') === true : body['overwrite'] === true);
	const source = call.site.farm.webContaining(from);
	const entry = call.sees(source) ? entryAt(source, from) : undefined;
	if (entry?.kind !== kind) throw kind === 'file' ? noFile(from) : noFolder();
	const keepBoth = (body['options'] as { KeepBoth?: unknown } | undefined)?.KeepBoth === true && !overwrite;
	const free = keepBoth ? numbered(call, to) : to;
	(verb === 'move' ? moveTo : copyTo)(call, entry, free, overwrite);
}

function numbered(call: Call, path: string): string {
	const [, base = path, ending = ''] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
	for (let number = 0; ; number++) {
		const candidate = number === 0 ? path : `${base}${number}${ending}`;
		if (entryAt(call.site.farm.webContaining(candidate), candidate) === undefined) return candidate;
	}
}

