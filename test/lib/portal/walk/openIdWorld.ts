// The organisation's OpenID provider (the sandbox's generic one) in front of the portal of a test.
import { openIdMaterialOf, readOpenIdSettings, readTrustedHeaderSettings, sharedPortalId, trustedHeaderMaterialOf } from '../../../../lib/connections';
import { readPeople } from '../../../../lib/identity';
import { personalLinkAccess, type PortalAccess } from '../../../../lib/portal';
import { Browser } from '../../../sandbox/browser';
import { OPEN_ID_REDIRECT_URI, owner, resolveEndpoints } from '../../connections/support/world';
import type { Page, PortalBrowser } from './portalBrowser';
import type { PortalWorld } from './portalWorld';

export const PROXY_SECRET = 'a-secret-that-only-the-proxy-knows';

export interface AccessChanges {
	/** Of the OpenID credential. */
	credential?: Record<string, unknown>;
	allowedUsers?: string;
	admins?: string;
	mode?: 'portal' | 'connectionsOnly';
	/** Requests are pushed (RFC 9126): then no address tells what they ask. */
	pushed?: boolean;
}

export function openIdAccess(world: PortalWorld, { credential = {}, allowedUsers = '', admins = '', mode = 'portal', pushed = false }: AccessChanges = {}): PortalAccess {
	const { issuer, clients } = world.sandbox.oauth2;
	const settings = readOpenIdSettings({ issuer, ...clients.confidentialBasic, clientAuthentication: 'basic', ...credential });
	return {
		...personalLinkAccess(owner),
		portal: { id: sharedPortalId(world.vault, 'openId', openIdMaterialOf(settings)), mode, signInMethod: 'openId' },
		signIn: { kind: 'openId', settings, endpoints: async () => await resolveEndpoints({ issuer, known: pushed ? {} : { pushedAuthorizationUrl: '' } }) },
		allowed: readPeople(allowedUsers, 'Allowed Users'),
		admins: readPeople(admins, 'Administrators'),
	};
}

export function trustedHeaderAccess(world: PortalWorld): PortalAccess {
	const settings = readTrustedHeaderSettings({ userHeader: 'X-Forwarded-User', proofHeader: 'X-Proxy-Secret', secret: PROXY_SECRET });
	return { ...personalLinkAccess(owner), portal: { id: sharedPortalId(world.vault, 'trustedHeader', trustedHeaderMaterialOf(settings)), mode: 'portal', signInMethod: 'trustedHeader' }, signIn: { kind: 'trustedHeader', settings } };
}

/** From a page with *Sign in with your organisation* to the provider, and the address that it sends the browser back to. */
export async function atOrganisation(world: PortalWorld, browser: PortalBrowser, page: Page, person: string, at = new Browser()): Promise<URL> {
	const form = page.forms.find(({ hidden }) => hidden.openIdSignIn !== undefined);
	if (form === undefined) throw new Error(`no way to the organisation's sign-in on "${page.title}"`);
	const redirect = await browser.open(new URL(form.action, page.url), { form: form.hidden });
	return await at.signIn(redirect.headers.location ?? '', world.user(person), 'allow', OPEN_ID_REDIRECT_URI);
}

export async function signInToPortal(world: PortalWorld, browser: PortalBrowser, page: Page, person: string, at?: Browser): Promise<Page> {
	return await browser.visit(await atOrganisation(world, browser, page, person, at));
}
