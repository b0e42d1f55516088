import { buildClient, isLoopback, parseEndpoint } from '../../../lib/oauth';
import { endpoints, plainFetch, settings } from './support';

describe('S20 where tokens and secrets may travel', () => {
	it.each(['https://login.example.com/token', 'https://login.example.com:8443/token?x=1', 'http://127.0.0.1:5678/token', 'http://localhost/token', 'http://[::1]:1/token'])('%s is accepted', (address) => {
		expect(parseEndpoint(address, 'Token URL').href).toBe(address);
	});

	it.each([
		'',
		'login.example.com/token',
		'//login.example.com/token',
		'http://login.example.com/token',
		'http://localhost.evil.example/token',
		'http://127.0.0.1.evil.example/token',
		'http://127.0.0.1@evil.example/token',
		'http://evil.example#127.0.0.1',
		'http://0.0.0.0/token',
		'http://169.254.169.254/latest/meta-data',
		'http://[::ffff:10.0.0.1]/token',
		'https://user:password@login.example.com/token',
		'https://user@login.example.com/token',
		'https://login.example.com/token#fragment',
		'ftp://login.example.com/token',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'data:text/plain,x',
	])('%p is refused by name', (address) => {
		expect(() => parseEndpoint(address, 'Token URL')).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field: 'Token URL' }), message: expect.stringMatching(/^Token URL/) }));
	});

	it('does not repeat a password of an address in its message', () => {
		expect(() => parseEndpoint('http://user:canary@login.example.com/', 'Token URL')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('canary') }));
		expect(() => parseEndpoint('https://user:canary@login.example.com/', 'Token URL')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('canary') }));
	});

	it.each(['tokenUrl', 'authorizationUrl', 'revocationUrl', 'introspectionUrl', 'userInfoUrl', 'jwksUrl', 'pushedAuthorizationUrl'] as const)('a client with a bad %s is not built', async (name) => {
		await expect(buildClient({ ...endpoints, [name]: 'http://login.example.com/x' }, settings, { fetch: plainFetch })).rejects.toMatchObject({ code: 'settingInvalid' });
	});

	it('only literal loopback names are loopback', () => {
		expect(['http://localhost', 'http://127.0.0.1', 'http://[::1]', 'http://127.1', 'http://2130706433'].map((address) => isLoopback(new URL(address)))).toEqual([true, true, true, true, true]);
		expect(['http://127.0.0.2', 'http://localhost.', 'http://lvh.me', 'http://10.0.0.1'].map((address) => isLoopback(new URL(address)))).toEqual([false, false, false, false]);
	});
});
