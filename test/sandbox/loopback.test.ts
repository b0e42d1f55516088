import { openLoopback } from './loopback';

test('a played server announces no end of a connection that is kept alive: who asks ends it, never under a request that is on its way', async () => {
	const server = await openLoopback(0);
	server.handle((_request, response) => void response.end('here'));
	const answer = await fetch(server.url);
	const told = [answer.headers.get('connection'), answer.headers.get('keep-alive'), await answer.text()];
	// Before anything may fail: a server that stays open keeps the whole run from ending.
	await server.close();
	expect(told).toEqual(['keep-alive', null, 'here']);
});
