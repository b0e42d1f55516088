// SharePoint Server Subscription Edition: `_api` of every site of the farm, for bearer tokens of AD FS, NTLM and Basic.
import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import type { AdfsContext } from './context';
import { Call, type Site } from './site/call';
import { buildFarm } from './site/data/farm';
import { maySee } from './site/data/model';
import { Uploads } from './site/data/uploads';
import { accessDenied, digestInvalid, SiteError } from './site/errors';
import { Digests } from './site/login/digest';
import { identifier } from './site/login/identify';
import { answer, verbOf } from './site/route';

/** IIS answers what is no `_api` and what is no site by itself. */
const notFound = (response: Response): void => void response.status(404).type('text/plain').send('404 FILE NOT FOUND');

export function buildSiteApi(context: AdfsContext, provider: Provider, faults: Faults): Express {
	const { calls, settings, siteUrl } = context;
	const site: Site = { farm: buildFarm(settings), settings, digests: new Digests(), uploads: new Uploads(() => settings.siteMemoryBytes), origin: siteUrl };
	const identify = identifier(context, provider);
	const app = express().disable('x-powered-by').disable('etag');
	app.use(calls.middleware('api'), faults.middleware('api'));
	app.use((request, _response, next) => {
		calls.annotate(request, { userAgent: request.get('user-agent') ?? null });
		next();
	});

	app.use(async (request, response) => {
		response.set({ SPRequestGuid: randomUUID(), 'X-SharePointHealthScore': '0', MicrosoftSharePointTeamServices: '16.0.0.17928' });
		const caller = await identify(request, response);
		if (!caller) return;
		calls.annotate(request, { user: caller.person.name });
		let path: string;
		try {
			path = decodeURIComponent(request.path);
		} catch {
			return void response.status(400).type('text/plain').send('Bad Request');
		}
		const [, webPath, inside] = /^(.*?)\/_api(?:\/(.*))?$/is.exec(path) ?? [];
		const web = webPath === undefined ? undefined : site.farm.webAt(webPath);
		if (!web) return notFound(response);
		if (!maySee(web, caller.person)) throw accessDenied();
		const call = new Call(site, caller, web, (inside ?? '').replace(/\/+$/, ''), request);
		// A token is no cookie: nobody else's page can send it, so it needs no digest.
		if (!caller.byToken && verbOf(request) !== 'GET' && !/^contextinfo$/i.test(call.path) && !site.digests.isGood(caller.person, request.get('X-RequestDigest'), settings.siteDigestTtlSeconds)) throw digestInvalid();
		await answer(call, request, response);
	});
	app.use(renderError);
	return app;
}

const renderError: ErrorRequestHandler = (error: unknown, request, response, next) => {
	// What was not read of the body would be taken for the next request.
	request.resume();
	if (!(error instanceof SiteError)) return next(error);
	response.status(error.status).set(error.headers).type('application/json;charset=utf-8').send(JSON.stringify(error.body));
};
