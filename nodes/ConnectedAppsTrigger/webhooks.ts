import type { IWebhookDescription } from 'n8n-workflow';

import { PROVIDERS } from '../../lib/providers';

const PATH = '$parameter["path"].toString().replace(/^\\/+|\\/+$/g, "")';

function page(name: 'default' | 'setup', httpMethod: 'GET' | 'POST', below: string): IWebhookDescription {
	return { name, httpMethod, path: `={{ ${PATH}${below === '' ? '' : ` + "/${below}"`} }}`, isFullPath: true, responseMode: 'onReceived', ndvHideUrl: name !== 'default' };
}

const CALLBACK_PAGES = PROVIDERS.map((provider) => `${provider.callbackSegment}/callback`);

/** What may follow the trigger's own path. */
export const PORTAL_PAGES: readonly string[] = ['sign-in', 'connect', 'disconnect', 'continue', ...CALLBACK_PAGES];

/** The portal's addresses; one callback per provider makes one redirect URI per connection. */
export const PORTAL_WEBHOOKS: IWebhookDescription[] = [
	page('default', 'GET', ''),
	page('setup', 'GET', 'sign-in'),
	page('setup', 'POST', 'connect'),
	page('setup', 'POST', 'disconnect'),
	page('setup', 'GET', 'continue'),
	...CALLBACK_PAGES.map((callback) => page('setup', 'GET', callback)),
];
