import { logoOf } from '../../lib/portal';
import { contentSecurityPolicy, policyFor } from '../../lib/portal/pages';
import { safeHref } from '../../lib/portal/pages/safeHref';

/** Hosts that an URL may have and a policy must not: each would end a directive, a policy or a source there. */
const HOSTS = ["evil.example;script-src", 'evil.example;sandbox', 'evil.example,script-src', "evil.example'unsafe-inline'", '*', '*.example', 'evil.example;script-src;x:8443'];

const directivesOf = (policy: string): string[] => policy.split(/[;,]/).map((directive) => directive.trim().split(' ')[0] ?? '');
const OURS = directivesOf(contentSecurityPolicy());

describe('S14 the policy of a page', () => {
	it.each(HOSTS)('is not written by the host %s, be it of a logo, a link or a sign-in page', (host) => {
		for (const scheme of ['https', 'HTTPS']) {
			const address = `${scheme}://${host}/x.svg`;
			expect([logoOf(address), safeHref(address)]).toEqual([undefined, undefined]);
		}
		// Without a port that is none, it is an address to whoever parses it.
		const address = `https://${host.replace(/;x:8443$/, '')}/authorize`;
		expect(URL.canParse(address)).toBe(true);
		const policy = contentSecurityPolicy([address, 'http://127.0.0.1:9000/authorize']);
		expect(directivesOf(policy)).toEqual(OURS);
		expect(policy).not.toContain('evil');
		expect(policy).toContain("form-action 'self' https: http://127.0.0.1:9000;");
	});

	it.each(['https://cdn.example/logo.svg', 'https://xn--tst-qla.example/x', 'https://a_b.example:8443/x', 'https://[2001:db8::1]/x', 'https://192.0.2.1/x', 'http://localhost:9000/x'])('names the host of %s and nothing else', (address) => {
		expect(logoOf(address)).toBe(address);
		const policy = policyFor(contentSecurityPolicy([address]), { logo: address });
		expect(directivesOf(policy)).toEqual(OURS);
		expect(policy).toContain(`img-src 'self' ${new URL(address).origin} data:`);
	});
});
