import * as n8n from 'n8n-workflow';
import type { INodeParameters, IWebhookDescription } from 'n8n-workflow';

import { BACK_CHANNEL_LOGOUT, OPEN_ID_CALLBACK, SIGNED_OUT_PAGE } from '../../lib/portal';
import { PROVIDERS } from '../../lib/providers';

const PATH = '$parameter["path"].toString().replace(/^\\/+|\\/+$/g, "")';

/** What `PATH` means, for a path without an expression. */
const pathOf = ({ path }: INodeParameters): string => String(path).replace(/^\/+|\/+$/g, '');

function page(name: 'default' | 'setup', httpMethod: 'GET' | 'POST', below: string): IWebhookDescription {
	const path = `={{ ${PATH}${below === '' ? '' : ` + "/${below}"`} }}`;
	const resolve = (parameters: INodeParameters): string => `${pathOf(parameters)}${below === '' ? '' : `/${below}`}`;
	return { name, httpMethod, path, ...resolvedBy(path, resolve), isFullPath: true, responseMode: 'onReceived', ndvHideUrl: name !== 'default' };
}

/**
 * For each request n8n works out the paths of all pages: as expressions, in an isolate of their own, that takes longer than the page.
 * An n8n that does not know this way around them evaluates the expressions.
 */
function resolvedBy(template: string, resolve: (parameters: INodeParameters) => string): Partial<IWebhookDescription> {
	const { webhookDescriptionFields } = n8n as Partial<typeof n8n>;
	return webhookDescriptionFields?.({ path: { template, resolve } }) ?? {};
}

/** `openid` is no provider's segment. */
const PORTAL_SIGN_IN_PAGES = [OPEN_ID_CALLBACK, SIGNED_OUT_PAGE, 'jwks'];

const CALLBACK_PAGES = PROVIDERS.map((provider) => `${provider.callbackSegment}/callback`);

/** What may follow the trigger's own path. */
export const PORTAL_PAGES: readonly string[] = ['sign-in', 'connect', 'disconnect', 'continue', 'run', 'activity', 'export', 'sessions', 'admin', BACK_CHANNEL_LOGOUT, ...PORTAL_SIGN_IN_PAGES, ...CALLBACK_PAGES];

/** The portal's addresses; one callback per provider makes one redirect URI per connection. */
export const PORTAL_WEBHOOKS: IWebhookDescription[] = [
	page('default', 'GET', ''),
	page('setup', 'GET', 'sign-in'),
	page('setup', 'POST', 'connect'),
	page('setup', 'POST', 'disconnect'),
	page('setup', 'GET', 'disconnect'),
	page('setup', 'GET', 'continue'),
	page('setup', 'GET', 'run'),
	page('setup', 'POST', 'run'),
	page('setup', 'GET', 'activity'),
	page('setup', 'GET', 'export'),
	page('setup', 'POST', 'sessions'),
	page('setup', 'GET', 'admin'),
	page('setup', 'POST', 'admin'),
	page('setup', 'POST', BACK_CHANNEL_LOGOUT),
	...PORTAL_SIGN_IN_PAGES.map((below) => page('setup', 'GET', below)),
	...CALLBACK_PAGES.map((callback) => page('setup', 'GET', callback)),
];
