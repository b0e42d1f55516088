// Who calls, and what that caller may do: the token's permissions and the site's own, both are needed.
// @see https://learn.microsoft.com/en-us/graph/permissions-reference
import type { DirectoryUser } from '../directory';
import { contoso } from '../directory';
import type { GraphSettings } from '../graphSettings';
import { accessDenied } from './errors';
import { siteUserOf } from './people';
import type { Site } from './sites/site';

/** What an operation is about. Files may also be had with the permissions on files. */
export type Need = 'sites.read' | 'sites.write' | 'sites.manage' | 'files.read' | 'files.write';

const sitesRead = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All'];
const granting: Readonly<Record<Need, readonly string[]>> = {
	'sites.read': sitesRead,
	'sites.write': sitesRead.slice(1),
	'sites.manage': sitesRead.slice(2),
	'files.read': [...sitesRead, 'Files.Read', 'Files.Read.All', 'Files.ReadWrite', 'Files.ReadWrite.All'],
	'files.write': [...sitesRead.slice(1), 'Files.ReadWrite', 'Files.ReadWrite.All'],
};

/** May see every site, as the service account that pickers use. */
const seesEverything = 'integration';

export class Caller {
	constructor(
		/** Absent: an app by itself. */
		readonly user: DirectoryUser | undefined,
		private readonly permissions: ReadonlySet<string>,
		private readonly settings: GraphSettings,
	) {}

	get isApp(): boolean {
		return this.user === undefined;
	}

	/** The number that a site knows the caller by. */
	get siteUserId(): number {
		return siteUserOf(this.user).id;
	}

	/** @throws GraphError 403 without the permission */
	need(need: Need): void {
		if (!granting[need].some((permission) => this.permissions.has(permission)) && !this.permissions.has('Sites.Selected')) throw accessDenied();
	}

	/** Whether the token holds any of these, whatever the site says. */
	has(...permissions: readonly string[]): boolean {
		return permissions.some((permission) => this.permissions.has(permission));
	}

	sees(site: Site): boolean {
		const broad = granting['files.read'].some((permission) => this.permissions.has(permission));
		if (!broad && !this.settings.graphSelectedSites.includes(site.path)) return false;
		if (!this.user) return true;
		return this.user.tenant === contoso && [...site.members, ...site.visitors, seesEverything].includes(this.user.name);
	}

	/** @throws GraphError 403 where the caller may not write */
	mustWriteIn(site: Site): void {
		if (!this.user) return;
		if (!this.sees(site) || ![...site.members, seesEverything].includes(this.user.name)) throw accessDenied();
	}
}
