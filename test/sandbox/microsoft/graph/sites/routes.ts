// Sites, their libraries and lists.
// @see https://learn.microsoft.com/en-us/graph/api/resources/sharepoint
import { Router } from 'express';
import { drivesOf, optionsOf, queryOf, type GraphContext, type GraphResponse } from '../context';
import { itemNotFound } from '../errors';
import { driveBody } from '../drives/bodies';
import { collection } from '../collection';
import { selectFrom } from '../odata/select';
import { siteAt } from './address';
import { siteBody, type Site } from './site';

export function siteRoutes(context: GraphContext): Router {
	const visible = (response: GraphResponse): Site[] => context.sites.filter((site) => response.locals.caller.sees(site));
	const body = (site: Site, response: GraphResponse, request: Parameters<typeof optionsOf>[0]): void => {
		response.json({ '@odata.context': `${context.graphUrl}/v1.0/$metadata#sites/$entity`, ...selectFrom(siteBody(site), optionsOf(request).select) });
	};
	return Router()
		.use('/sites', (request, response, next) => {
			(response as GraphResponse).locals.caller.need(/\/drives?$/.test(request.path) ? 'files.read' : 'sites.read');
			next();
		})
		.get('/sites', (request, response: GraphResponse) => {
			const { search } = optionsOf(request);
			const filter = queryOf(request).get('$filter');
			const found = visible(response).filter((site) => (search === undefined ? filter?.includes('siteCollection/root ne null') !== true || site === context.sites[0] : matches(site, search)));
			collection(context, request, response, 'sites', search === undefined && filter === null ? [] : found, siteBody);
		})
		.get('/sites/getAllSites', (request, response: GraphResponse) => {
			// Application permissions only.
			if (!response.locals.caller.isApp) throw itemNotFound();
			collection(context, request, response, 'sites', visible(response), siteBody);
		})
		.get('/sites/:site', (request, response: GraphResponse) => body(siteAt(context, response, request.params.site), response, request))
		.get('/sites/:site/sites', (request, response: GraphResponse) => {
			const site = siteAt(context, response, request.params.site);
			collection(context, request, response, 'sites', visible(response).filter(({ parent }) => parent === site), siteBody);
		})
		.get('/sites/:site/drives', (request, response: GraphResponse) => collection(context, request, response, 'drives', drivesOf(siteAt(context, response, request.params.site)), driveBody))
		.get('/sites/:site/drive', (request, response: GraphResponse) => {
			const [drive] = drivesOf(siteAt(context, response, request.params.site));
			if (!drive) throw itemNotFound();
			response.json({ '@odata.context': `${context.graphUrl}/v1.0/$metadata#drives/$entity`, ...selectFrom(driveBody(drive), optionsOf(request).select) });
		});
}

/** Words anywhere in title, address and description; `*` is everything. */
function matches({ displayName, name, webUrl, description }: Site, search: string): boolean {
	const words = search.replaceAll(/["*]/g, ' ').toLowerCase().split(/\s+/).filter(Boolean);
	const text = [displayName, name, webUrl, description].join(' ').toLowerCase();
	return words.every((word) => text.includes(word));
}
