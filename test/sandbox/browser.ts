// A person with a browser, as far as sign-in pages go: follows redirects, keeps cookies, fills in the forms.
// For tests that do not need a real browser.

export class Browser {
	private readonly cookies = new Map<string, { name: string; value: string; path: string }>();

	/** One request, redirects not followed. Cookies are told apart by host and path, not by port, as browsers do. */
	async request(url: string, form?: Record<string, string>): Promise<Response> {
		const response = await fetch(url, {
			redirect: 'manual',
			headers: { cookie: this.cookieHeader(url), accept: 'text/html' },
			...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
		});
		for (const line of response.headers.getSetCookie()) this.store(line, new URL(url));
		return response;
	}

	/** Follows redirects until a page comes, or an address that `isTheEnd` wants unvisited. */
	async follow(url: string, isTheEnd: (url: URL) => boolean, form?: Record<string, string>): Promise<{ url: URL; page?: string }> {
		let current = new URL(url);
		let pending = form;
		for (let hops = 0; hops < 20; hops++) {
			if (isTheEnd(current)) return { url: current };
			const response = await this.request(current.href, pending);
			pending = undefined;
			const location = response.headers.get('location');
			if (location === null) return { url: current, page: await response.text() };
			await response.body?.cancel();
			current = new URL(location, current);
		}
		throw new Error('redirected in a circle');
	}

	/**
	 * Logs in where a login page comes, decides where a consent page comes; resolves to the address of the client's redirect URI.
	 * @param pushedRedirectUri needed where the address does not tell it, because the request was pushed
	 */
	async signIn(authorizeUrl: string, person: { username: string; password: string }, decision: 'allow' | 'deny' = 'allow', pushedRedirectUri?: string): Promise<URL> {
		const redirectUri = new URL(pushedRedirectUri ?? new URL(authorizeUrl).searchParams.get('redirect_uri')!);
		const isTheEnd = (url: URL): boolean => url.origin === redirectUri.origin && url.pathname === redirectUri.pathname;
		let { url, page } = await this.follow(authorizeUrl, isTheEnd);
		for (let pages = 0; page !== undefined && pages < 4; pages++) {
			if (page.includes('id="error"')) throw new Error(`the sign-in shows an error: ${/id="error"[^>]*>([^<]*)/.exec(page)?.[1]}`);
			const form: Record<string, string> = page.includes('id="login"') ? { username: person.username, password: person.password } : { decision };
			({ url, page } = await this.follow(url.href, isTheEnd, form));
		}
		if (page !== undefined) throw new Error('the sign-in does not come to an end');
		return url;
	}

	/** What it would send there. */
	cookieHeader(url: string): string {
		const { hostname, pathname } = new URL(url);
		return [...this.cookies]
			.filter(([key, { path }]) => key.startsWith(`${hostname} `) && pathname.startsWith(path))
			.map(([, { name, value }]) => `${name}=${value}`)
			.join('; ');
	}

	private store(line: string, { hostname }: URL): void {
		const [pair = '', ...attributes] = line.split(/; */);
		const name = pair.slice(0, pair.indexOf('='));
		const value = pair.slice(name.length + 1);
		const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
		const key = `${hostname} ${path} ${name}`;
		const isGone = value === '' || attributes.some((attribute) => /^expires=/i.test(attribute) && Date.parse(attribute.slice(8)) < Date.now());
		if (isGone) this.cookies.delete(key);
		else this.cookies.set(key, { name, value, path });
	}
}
