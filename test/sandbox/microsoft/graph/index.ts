// The played Graph for SharePoint: its parts put together.
import type { SandboxSettings } from '../../settings';
import type { CallLog } from '../../calls';
import { Router } from 'express';
import type { GraphContext } from './context';
import { buildSites } from './data/world';
import { findAddressed } from './drives/address';
import { ContentFiles } from './drives/contentWriter';
import { FileLinks } from './drives/fileLinks';
import { driveRoutes } from './drives/routes';
import { UploadSessions } from './drives/uploadSessions';
import { listRoutes } from './lists/routes';
import { searchRoutes } from './search';
import { findSiteByPath } from './sites/address';
import { siteRoutes } from './sites/routes';

export interface SharePointGraph {
	readonly context: GraphContext;
	readonly sessions: UploadSessions;
	/** Below `/v1.0`, behind the authentication. */
	readonly routes: Router;
	/** Lets go of the files that hold uploads. */
	close(): Promise<void>;
}

export function buildSharePointGraph(addresses: { graphUrl: string; filesUrl: string; sharePointUrl: string }, settings: SandboxSettings, calls: CallLog): SharePointGraph {
	const { graphUrl, filesUrl, sharePointUrl } = addresses;
	const files = new ContentFiles();
	const context: GraphContext = { graphUrl, filesUrl, settings, calls, sites: buildSites(sharePointUrl, settings), links: new FileLinks(filesUrl, settings), files };
	const sessions = new UploadSessions(files, settings);
	const routes = Router().use(findSiteByPath(context), findAddressed(context), driveRoutes(context, sessions), listRoutesOf(context), searchRoutes(context));
	return { context, sessions, routes, close: () => files.close() };
}

/** Sites last: their router wants the permission to read sites of everybody. */
function listRoutesOf(context: GraphContext): Router {
	return Router().use(siteRoutes(context), listRoutes(context));
}
