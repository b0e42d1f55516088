import type { Request } from 'express';

import { toPortalRequest } from '../../nodes/ConnectedAppsTrigger/transport/portalRequest';

it('what Postgres cannot hold as text reaches no query: it names nothing, as in SQLite', () => {
	const request = { method: 'POST', originalUrl: '/webhook/connected-apps/sign-in?request=%00&link=a%00b&code=c', headers: {}, body: { request: '\0', connection: 'a\0b', token: 't' } } as unknown as Request;
	const { query, form } = toPortalRequest(request, 'connected-apps');
	expect([...query, ...form]).toEqual([['code', 'c'], ['token', 't']]);
});
