import type { IWebhookDescription } from 'n8n-workflow';

import { OPEN_ID_CALLBACK, SIGNED_OUT_PAGE } from '../../lib/portal';
import { PROVIDERS } from '../../lib/providers';

const PATH = '$parameter["path"].toString().replace(/^\\/+|\\/+$/g, "")';

function page(name: 'default' | 'setup', httpMethod: 'GET' | 'POST', below: string): IWebhookDescription {
	return { name, httpMethod, path: `={{ ${PATH}${below === '' ? '' : ` + "/${below}"`} }}`, isFullPath: true, responseMode: 'onReceived', ndvHideUrl: name !== 'default' };
}

/** `openid` is no provider's segment. */
const PORTAL_SIGN_IN_PAGES = [OPEN_ID_CALLBACK, SIGNED_OUT_PAGE, 'jwks'];

const CALLBACK_PAGES = PROVIDERS.map((provider) => `${provider.callbackSegment}/callback`);

/** What may follow the trigger's own path. */
export const PORTAL_PAGES: readonly string[] = ['sign-in', 'connect', 'disconnect', 'continue', 'activity', 'export', 'sessions', 'admin', ...PORTAL_SIGN_IN_PAGES, ...CALLBACK_PAGES];

/** The portal's addresses; one callback per provider makes one redirect URI per connection. */
export const PORTAL_WEBHOOKS: IWebhookDescription[] = [
	page('default', 'GET', ''),
	page('setup', 'GET', 'sign-in'),
	page('setup', 'POST', 'connect'),
	page('setup', 'POST', 'disconnect'),
	page('setup', 'GET', 'disconnect'),
	page('setup', 'GET', 'continue'),
	page('setup', 'GET', 'activity'),
	page('setup', 'GET', 'export'),
	page('setup', 'POST', 'sessions'),
	page('setup', 'GET', 'admin'),
	page('setup', 'POST', 'admin'),
	...PORTAL_SIGN_IN_PAGES.map((below) => page('setup', 'GET', below)),
	...CALLBACK_PAGES.map((callback) => page('setup', 'GET', callback)),
];
