import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildAuthorizeUrl, buildClient, newTransactionSecrets } from '../../lib/oauth';
import { PROVIDERS } from '../../lib/providers';
import { plainFetch } from '../lib/connections/support/world';

const PROJECT = join(__dirname, '..', '..');

/** How either grant could stand in the source, of ours or through the library. */
const FORBIDDEN: readonly [RegExp, string][] = [
	[/response_type['"`]?\s*[=:,]\s*['"`]?[^'"`&\n]*\btoken\b/, "const query = { response_type: 'code token' };"],
	[/response_type=[^&'"`\s]*token/, 'const url = `${base}?response_type=id_token%20token`;'],
	[/\b(implicitAuthentication|useIdTokenResponseType|useCodeIdTokenResponseType)\b/, 'openid.implicitAuthentication(config, url, nonce);'],
	[/grant_type['"`]?\s*[=:,]\s*['"`]?password/, "new URLSearchParams({ grant_type: 'password', username, password })"],
	[/genericGrantRequest\([^,]+,\s*['"`]password['"`]/, "await openid.genericGrantRequest(client, 'password', { username, password });"],
	[/response_mode['"`]?\s*[=:,]\s*['"`]?fragment/, "extra.set('response_mode', 'fragment')"],
];

function sources(folder: string): string[] {
	return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => join(folder, name));
}

describe('S31 no implicit and no password grant', () => {
	it.each(FORBIDDEN)('%s would be found', (pattern, sample) => {
		expect(sample).toMatch(pattern);
	});

	it('the source holds neither', () => {
		const files = ['lib', 'nodes', 'credentials'].flatMap(sources);
		expect(files.length).toBeGreaterThan(100);
		const found = files.flatMap((file) => {
			const code = readFileSync(join(PROJECT, file), 'utf8');
			return FORBIDDEN.filter(([pattern]) => pattern.test(code)).map(([pattern]) => `${file}: ${pattern}`);
		});
		expect(found).toEqual([]);
	});

	it.each(PROVIDERS.map(({ id }) => id))('%s: people sign in with a code and PKCE, and with nothing else', async (id) => {
		const provider = PROVIDERS.find((candidate) => candidate.id === id)!;
		const endpoints = { authorizationUrl: 'https://login.example.com/authorize', tokenUrl: 'https://login.example.com/token' };
		const client = await buildClient(endpoints, { clientId: 'client', clientAuthentication: 'none' }, { fetch: plainFetch });
		for (const prompt of [undefined, 'consent', 'none'] as const) {
			const extra = { ...provider.authorizeParameters, ...(prompt && (provider.promptParameters?.(prompt) ?? { prompt })) };
			const { searchParams } = await buildAuthorizeUrl(client, endpoints, { redirectUri: 'https://n8n.example.com/callback', scopes: provider.defaultScopes, secrets: newTransactionSecrets(), extra });
			expect([searchParams.getAll('response_type'), searchParams.get('code_challenge_method'), searchParams.has('response_mode')]).toEqual([['code'], 'S256', false]);
		}
	});

	it.each(['response_type=token', 'response_mode=fragment', 'Response_Type=id_token', 'request_uri=https://evil.example'])('nor can an admin enter one as an authorize parameter: %s', (authorizeParameters) => {
		const generic = PROVIDERS.find(({ authorizeParametersOf }) => authorizeParametersOf !== undefined)!;
		expect(() => generic.traits?.({ authorizeParameters })).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field: 'authorizeParameters' }) }));
	});

	it('no server login asks for a password', () => {
		expect(new Set(PROVIDERS.flatMap(({ serverLogins = [] }) => serverLogins.map(({ grant }) => grant)))).toEqual(new Set(['clientCredentials', 'jwtBearer']));
	});
});
