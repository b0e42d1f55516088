import { bob } from '../../connections/support/world';
import { RESUME_URL, usePortal } from './portalWorld';

describe('a browser that waits for its flow', () => {
	const world = usePortal();

	it('is handed over, confirms, signs in, and gets the answer of the flow', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		const confirm = await browser.visit(await world.handOver(connection, request));
		expect(confirm.url.search).toBe(`?request=${request.id}`);
		expect(confirm.status).toBe(200);
		for (const words of ['alice@example.com', 'Salesforce', new URL(world.sandbox.salesforce.loginUrl).host, 'Read and change the data', 'Quarterly report']) expect(confirm.html).toContain(words);
		const end = await world.walk(browser, confirm, 'alice');
		expect(end).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(world.resumed.map(({ id }) => id)).toEqual([request.id]);
		expect(await world.vault.grants.find(request)).toMatchObject({ state: 'active' });
		expect(world.errors).toEqual([]);
	});

	it('S36 the resume URL reaches the browser in no header, cookie or body of the whole walk', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		await browser.visit(`${world.parts().portalUrl}/continue?request=${request.id}`);
		const all = browser.received.join('\n');
		expect(all).toContain('rows');
		expect(all).not.toContain('canary-of-the-resume-url');
		expect(all).not.toContain(new URL(RESUME_URL).pathname);
	});

	it('relays type and status of the answer under n8n’s sandbox, and neither cookies nor other headers of it', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		world.answerWith({ status: 418, headers: { 'Content-Type': 'text/html', 'set-cookie': 'evil=1', 'content-security-policy': "default-src 'unsafe-inline'", 'x-frame-options': 'ALLOWALL' }, body: Buffer.from('<script>1</script>') });
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(end.status).toBe(418);
		expect(end.headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
		expect(end.headers['content-security-policy']).toMatch(/^sandbox /);
		expect(end.headers['content-security-policy']).not.toMatch(/allow-same-origin/);
		expect(Object.keys(end.headers)).not.toEqual(expect.arrayContaining(['set-cookie']));
		expect(end.cookies).toEqual([]);
	});

	it('shows that all is done where the flow owes no answer, and resumes it just once', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { answer: 'none' });
		const browser = world.browser();
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(end.title).toBe('You’re all set');
		expect((await browser.visit(`${world.parts().portalUrl}/continue?request=${request.id}`)).title).toBe('Nothing left to do');
		expect(world.resumed).toHaveLength(1);
	});

	it('watches what waited for the sign-in until the last of it has gone on, then the page stands still', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { answer: 'none' });
		for (const executionId of ['88', '99']) await world.request(connection, { executionId, answer: 'none' });
		await world.request(connection, { executionId: 'bobs', user: bob, answer: 'none' });
		const browser = world.browser();
		let page = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		const states = () => [...page.html.matchAll(/<span class="status [a-z]+">([^<]+)<\/span>/g)].map(([, words]) => words);
		const next = async () => {
			const [, address] = /^5; url=(.+)$/.exec(page.headers.refresh ?? '') ?? [];
			page = await browser.visit(new URL(address!, page.url));
		};
		expect(page.title).toBe('You’re all set');
		expect(page.html).toContain('3 times');
		expect(states()).toEqual(['Going on']);
		expect(page.html).not.toContain('bob');
		const run = (executionId: string) => ({ executionId, nodeName: 'Salesforce', runIndex: 0 });
		await world.vault.requests.markResumed(run('77'));
		await next();
		expect(states()).toEqual(['Went on', 'Going on']);
		await world.vault.requests.close(run('88'));
		await next();
		expect(states()).toEqual(['Went on', 'Stopped', 'Going on']);
		await world.vault.requests.markResumed(run('99'));
		await next();
		expect(states()).toEqual(['Went on', 'Stopped']);
		expect(page.headers.refresh).toBeUndefined();
		expect(page.html).not.toContain('watched');
		expect(world.resumed).toHaveLength(1);
	});

	it('one flow alone is told in a sentence, and another browser that has the address watches nothing', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { answer: 'none' });
		const browser = world.browser();
		const page = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(page.html).toMatch(/Quarterly report<\/bdi> goes on by itself/);
		const watching = `${world.parts().portalUrl}/continue?request=${request.id}&watched=1`;
		await world.vault.requests.markResumed(request);
		expect((await browser.visit(watching)).html).toMatch(/Quarterly report<\/bdi> has gone on/);
		const stranger = await world.browser().visit(watching);
		expect(stranger).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		expect(stranger.html).not.toContain('Quarterly report');
	});

	it('whoever watches is led to the next app that the same flow asks for', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { answer: 'none' });
		const browser = world.browser();
		const page = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		await world.vault.requests.markResumed(request);
		const second = await world.request(connection, { nodeName: 'Second app', answer: 'none' });
		const next = await browser.visit(new URL(page.headers.refresh!.split('url=')[1]!, page.url));
		expect(next.url.search).toBe(`?request=${second.id}`);
		expect(next.title).toBe('Connect Salesforce');
	});

	it('is told that all is done when the execution cannot be reached now, and leaves it to the sweeper', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		world.answerWith(new Error('connect ECONNREFUSED'));
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(end).toMatchObject({ status: 200, title: 'You’re all set' });
		expect(await world.vault.requests.find(request.id)).toMatchObject({ state: 'completed' });
		expect(end.headers.refresh).toMatch(/^5; url=/);
		world.advance(31_000);
		expect(await world.vault.requests.listDue(30_000, 10)).toEqual([expect.objectContaining({ executionId: '77' })]);
	});

	it('S6 S36 another browser neither resumes the execution nor gets its answer, signed in or not', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		await browser.open(await world.atProvider(browser, await browser.visit(await world.handOver(connection, request)), 'alice'));
		const bobs = world.browser();
		await world.walk(bobs, await bobs.visit(await world.handOver(connection, await world.request(connection, { user: bob, executionId: '88', answer: 'none' }))), 'bob');
		world.resumed.length = 0;
		for (const other of [world.browser(), bobs]) {
			const page = await other.visit(`${world.parts().portalUrl}/continue?request=${request.id}`);
			expect(page).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		}
		expect(world.resumed).toEqual([]);
		expect((await browser.visit(`${world.parts().portalUrl}/continue?request=${request.id}`)).html).toBe('{"rows":3}');
	});

	it('two that go on at once resume the execution once', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		const callback = await world.atProvider(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		await browser.open(callback);
		const pages = await Promise.all([1, 2, 3].map(async () => await browser.visit(`${world.parts().portalUrl}/continue?request=${request.id}`)));
		expect(world.resumed).toHaveLength(1);
		expect(pages.map(({ title }) => title).filter((title) => title === 'Nothing left to do')).toHaveLength(2);
	});

	it('is sent on to the next app of the same person, and to nobody else’s', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		world.answerWith(async () => {
			await world.request(connection, { nodeName: 'Second app' });
			return 'late' as const;
		});
		const next = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(next.url.pathname).toMatch(/\/sign-in$/);
		expect(next.url.search).not.toMatch(/code=/);
		expect(next.title).toMatch(/Connect/);
		expect(next.url.searchParams.get('request')).not.toBe(request.id);
	});

	it('S38 is not bound to a request of somebody else in the same execution', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		world.answerWith(async () => {
			await world.request(connection, { nodeName: 'Second app', user: bob });
			return 'late' as const;
		});
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(end.title).toBe('You’re all set');
		expect(browser.cookies.filter(({ name }) => name.startsWith('connected_apps_request_')).map(({ name }) => name).filter((name, index, all) => all.indexOf(name) === index)).toHaveLength(1);
	});

	it('waits for the others when several people are missing', async () => {
		const connection = await world.register();
		const [mine] = [await world.request(connection), await world.request(connection, { user: bob })];
		const browser = world.browser();
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, mine)), 'alice');
		expect(end.html).toMatch(/as soon as everyone else/);
		// That may take days.
		expect(end.headers.refresh).toBeUndefined();
		expect(world.resumed).toEqual([]);
	});

	it('declined: the page says so, and the request stays open for another try', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		const declined = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice', 'deny');
		expect(declined).toMatchObject({ status: 403 });
		expect(declined.html).toMatch(/cancelled, so nothing was shared/);
		expect(await world.vault.requests.find(request.id)).toMatchObject({ state: 'open' });
		const again = await browser.visit(`${world.parts().portalUrl}/sign-in?request=${request.id}`);
		expect((await world.walk(browser, again, 'alice')).html).toBe('{"rows":3}');
	});

	it('S13 every way out of the callback is a redirect to an address without code or state', async () => {
		const connection = await world.register();
		const ways: [string, (callback: URL) => URL][] = [
			['as it should be', (callback) => callback],
			['a code that the server refuses', (callback) => new URL(callback.href.replace(/code=[^&]*/, 'code=canary-code'))],
			['an unknown state', (callback) => new URL(callback.href.replace(/state=[^&]*/, 'state=canary-state'))],
			['no state', (callback) => new URL(callback.href.replace(/state=[^&]*/, ''))],
			['an error', (callback) => new URL(`${callback.origin}${callback.pathname}?error=server_error&error_description=canary-description&state=${callback.searchParams.get('state') ?? ''}`)],
		];
		for (const [index, [, change]] of ways.entries()) {
			const request = await world.request(connection, { executionId: `e${index}` });
			const browser = world.browser();
			const callback = await world.atProvider(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
			const answer = await browser.open(change(callback));
			expect(answer.status).toBe(303);
			const location = new URL(answer.headers.location!);
			expect([...location.searchParams.keys()].filter((name) => !['told', 'request'].includes(name))).toEqual([]);
			expect(location.href).not.toMatch(/canary-(code|state)/);
			expect(location.href).not.toContain(callback.searchParams.get('code')!);
			expect((await browser.visit(location)).html).not.toMatch(/canary-(code|state)/);
		}
	});

	it('a flow that has waited as long as it may is told as such', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { expiresInMs: 60_000 });
		const browser = world.browser();
		const address = await world.handOver(connection, request);
		await browser.visit(address);
		world.advance(61_000);
		await world.vault.requests.expireOverdue(10);
		for (const page of ['sign-in', 'continue']) {
			const late = await browser.visit(`${world.parts().portalUrl}/${page}?request=${request.id}`);
			expect(late).toMatchObject({ status: 410 });
			expect(late.html).toContain('signInTimedOut');
		}
	});

	it('the wrong account is refused with both names and a way to try again', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser();
		const refused = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'bob');
		expect(refused).toMatchObject({ status: 403 });
		for (const words of ['bob@example.com', 'alice@example.com', 'wrongAccount', `request=${request.id}`]) expect(refused.html).toContain(words);
		expect(await world.vault.requests.find(request.id)).toMatchObject({ state: 'open' });
		expect(browser.cookies.filter(({ name }) => name === 'connected_apps_session')).toEqual([]);
	});
});
