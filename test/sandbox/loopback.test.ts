import { openLoopback } from './loopback';

test('a played server announces no end of a connection that is kept alive: who asks ends it, never under a request that is on its way', async () => {
	const server = await openLoopback(0);
	server.handle((_request, response) => void response.end('here'));
	const answer = await fetch(server.url);
	expect([answer.headers.get('connection'), answer.headers.get('keep-alive'), await answer.text()]).toEqual(['keep-alive', null, 'here']);
	await server.close();
});
