import type { ILoadOptionsFunctions } from 'n8n-workflow';

import { toAccessToken } from '../../../lib/connections';
import { createUserSession } from '../../../lib/n8n/userSession';
import { docuSign as provider } from '../../../lib/providers/docuSign';
import { SERVICE_ACCOUNT } from '../../../lib/types';
import { httpRequest } from '../support/executing';
import { Browser } from '../../sandbox/browser';
import { PORTAL_URL } from '../../lib/connections/support/world';
import { node, useDocuSign } from './docuSignNode';

const JWT = 'docuSignJwtBearerOAuth2Api';

describe('DocuSign: as whom', () => {
	const docuSign = useDocuSign();
	const consent = async (person: string) => {
		const { authServerUrl, clients } = docuSign.played.sandbox.docusign;
		const callback = `${PORTAL_URL}/docusign/callback`;
		const query = new URLSearchParams({ response_type: 'code', scope: 'signature impersonation', client_id: clients.confidential.integrationKey, redirect_uri: callback });
		await new Browser().signIn(`${authServerUrl}/oauth/auth?${query.toString()}`, docuSign.played.user(person), 'allow', callback);
	};
	const people = ['alice', 'bob'];
	const jwt = (itemIndex: number) => {
		const { authServerUrl, clients, userIds } = docuSign.played.sandbox.docusign;
		return { environment: 'custom', authServerUrl, clientId: clients.confidential.integrationKey, privateKey: clients.confidential.privateKeyPem, subject: userIds[people[itemIndex]!] };
	};
	const asEach = { credentialType: JWT, credential: jwt, items: [{ json: {} }, { json: {} }] };
	const accounts = { authentication: 'jwtBearer', resource: 'account', operation: 'get' };

	it('by JWT bearer each item acts as its own user, in that user’s own account', async () => {
		await consent('alice');
		await consent('bob');
		expect(await docuSign.rows(accounts, asEach)).toMatchObject([{ accountName: 'Example Sales' }, { accountName: 'Example Purchasing' }]);
	});

	it('waits for who has not agreed to be acted for, before the first call', async () => {
		await consent('alice');
		await docuSign.played.control('DELETE', 'calls');
		expect(await docuSign.rows({ ...accounts, ifNotApproved: 'wait', approver: (index: number) => `${people[index]}@example.com` }, asEach)).toMatchObject([{ authentication: 'needed', user: 'bob@example.com' }]);
		expect([docuSign.traces.waitTill?.getFullYear(), await docuSign.api()]).toEqual([3000, []]);
		expect((await docuSign.failure({ ...accounts, ifNotApproved: 'fail' }, asEach)).message).toMatch(/has not approved this app/);
	});

	it('as the service account, which also fills the lists of the editor, a page at a time', async () => {
		await docuSign.signIn('integration', SERVICE_ACCOUNT);
		expect(await docuSign.rows({ authentication: 'serviceAccount', resource: 'account', operation: 'getMany' })).toHaveLength(2);
		const chosen: Record<string, unknown> = { authentication: 'individualUser' };
		const context = { getCurrentNodeParameter: (name: string) => chosen[name], getNode: () => ({ name: 'DocuSign', credentials: { docuSignUserLoginOAuth2Api: {} } }), getWorkflow: () => ({ id: 'w' }), getCredentials: async () => await Promise.resolve(docuSign.raw()), helpers: { httpRequest }, logger: { debug: () => undefined } } as unknown as ILoadOptionsFunctions;
		const { searchAccounts, searchFolders, searchTemplates } = node.methods.listSearch;
		expect((await searchAccounts.call(context, 'purch')).results).toMatchObject([{ name: expect.stringMatching(/^Example Purchasing/) }]);
		const first = await searchTemplates.call(context, '');
		expect([first.results.length, first.paginationToken]).toEqual([50, '50']);
		const second = await searchTemplates.call(context, '', String(first.paginationToken));
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(first.results.length + second.results.length);
		expect((await searchTemplates.call(context, 'mutual')).results).toMatchObject([{ name: 'Mutual NDA' }]);
		expect((await searchFolders.call(context, 'sent')).results.length).toBeGreaterThan(0);
		chosen.authentication = 'jwtBearer';
		await expect(searchTemplates.call(context, '')).rejects.toThrow(/enter the template ID/);
	});
});

describe('accounts of a sign-in', () => {
	const claims = { accounts: [{ account_id: 'A', account_name: 'First', is_default: true, base_uri: 'https://na1.docusign.net/' }, { account_id: 'b', is_default: false, base_uri: 'https://eu.docusign.net' }, { account_id: 'broken' }] };

	it('are all that userinfo tells, or the one that the credential names', () => {
		expect(provider.apiAccountsOf!(claims, {})).toEqual([{ id: 'a', name: 'First', baseUrl: 'https://na1.docusign.net', isDefault: true }, { id: 'b', name: undefined, baseUrl: 'https://eu.docusign.net', isDefault: false }]);
		expect(provider.apiAccountsOf!(claims, { accountId: 'b' })).toEqual([{ id: 'b', name: undefined, baseUrl: 'https://eu.docusign.net', isDefault: true }]);
		expect(provider.apiAccountsOf!({}, {})).toEqual([]);
	});

	it.each<[string, boolean]>([
		['https://na1.docusign.net/restapi', true],
		['https://eu.docusign.net/restapi', true],
		['https://eu.docusign.net.evil.example/restapi', false],
		['https://na4.docusign.net/restapi', false],
		['http://eu.docusign.net/restapi', false],
		['//evil.example/', false],
	])('S35 a token goes to their hosts and nowhere else: %s', async (url, goes) => {
		const asked: string[] = [];
		const fetch = async (address: string) => (asked.push(address), await Promise.resolve(new Response('{}')));
		const token = toAccessToken({ accessToken: 'canary', tokenType: 'bearer', scopes: [], apiBaseUrl: 'https://na1.docusign.net', apiAccounts: provider.apiAccountsOf!(claims, {}) });
		const session = createUserSession({ activity: { accepted: false }, appName: 'DocuSign', actsAs: 'alice', fetch, openStream: undefined as never, isTokenRejected: async () => await Promise.resolve(false), token, renew: async () => await Promise.resolve(token) });
		const call = session.call(url);
		if (goes) await call;
		else await expect(call).rejects.toMatchObject({ code: 'hostForbidden' });
		expect(asked).toHaveLength(goes ? 1 : 0);
	});
});
