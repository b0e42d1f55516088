// A site: who may see it, who may write in it, what lies in it.
// @see https://learn.microsoft.com/en-us/graph/api/resources/site
import type { List } from '../lists/list';

export interface Site {
	/** `{host name},{site collection},{web}`. */
	readonly id: string;
	readonly collectionId: string;
	readonly webId: string;
	/** Relative to the host; the root site's is empty. */
	readonly path: string;
	readonly name: string;
	readonly displayName: string;
	readonly description: string;
	readonly webUrl: string;
	readonly hostname: string;
	readonly parent?: Site;
	/** People's names: who may read and write, who may only read. */
	readonly members: readonly string[];
	readonly visitors: readonly string[];
	readonly created: string;
	/** The first library is the site's `drive`. */
	readonly lists: readonly List[];
}

export function siteBody(site: Site): Record<string, unknown> {
	return {
		createdDateTime: site.created,
		description: site.description,
		id: site.id,
		lastModifiedDateTime: site.created,
		name: site.name,
		webUrl: site.webUrl,
		displayName: site.displayName,
		isPersonalSite: false,
		// Of the top site of a collection only, as is its root facet.
		...(!site.parent && { root: {}, siteCollection: { hostname: site.hostname } }),
		...(site.parent && { parentReference: { siteId: site.parent.id } }),
	};
}
