// The test's remote control of everything played here: records, faults, settings, and the two things a flow may
// do in the sandbox (write to a counter, deliver a mail). Knows the providers only through the `Controlled` port.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { CallLog } from './calls';
import type { Faults } from './faults';
import { mailboxPage } from './mailboxPage';
import { people } from './people';
import { applySettings, type SandboxSettings } from './settings';

/** What each played provider offers to the control server. `user` is a person's name; everybody without it. */
export interface Controlled {
	revocations(): readonly object[];
	expireAccessTokens(user?: string): number;
	revokeGrants(user?: string): number;
	forgetSessions(): void;
	addRedirectUri(uri: string): void;
	/** What else a test may do to this one, under `/control/<its name>`. */
	readonly routes?: RequestHandler;
}

export interface Mail {
	at: string;
	body: unknown;
}

/** `providers` by the name that calls, revocations and faults tell them apart by. */
export function buildControl(calls: CallLog, faults: Faults, settings: SandboxSettings, providers: Readonly<Record<string, Controlled>>): Express {
	const atStart = { ...settings };
	const chosen = (body: unknown): Controlled[] => providersOf(body, providers);
	const counters = new Map<string, Array<{ at: string; body: unknown }>>();
	let mails: Mail[] = [];
	const app = express().disable('x-powered-by');
	app.use(express.json({ strict: false, limit: '5mb' }));

	app.route('/control/calls')
		.get((_request, response) => void response.json(calls.list()))
		.delete((_request, response) => {
			calls.clear();
			response.json({ cleared: true });
		});
	app.get('/control/revocations', (_request, response) => {
		response.json(Object.entries(providers).flatMap(([provider, controlled]) => controlled.revocations().map((revocation) => ({ ...revocation, provider }))));
	});
	app.post('/control/expire-access-tokens', ({ body }, response) => {
		const user = userOf(body);
		response.json({ expired: sum(chosen(body).map((provider) => provider.expireAccessTokens(user))) });
	});
	app.post('/control/revoke-grants', ({ body }, response) => {
		const user = userOf(body);
		response.json({ revoked: sum(chosen(body).map((provider) => provider.revokeGrants(user))) });
	});
	app.post('/control/forget-sessions', ({ body }, response) => {
		for (const provider of chosen(body)) provider.forgetSessions();
		response.json({ forgotten: true });
	});
	app.post('/control/redirect-uris', ({ body }, response) => {
		const { uri } = body as { uri: string };
		if (!URL.canParse(uri)) throw new TypeError('uri must be an absolute URL');
		for (const provider of chosen(body)) provider.addRedirectUri(uri);
		response.json({ added: true });
	});

	app.route('/control/faults')
		.get((_request, response) => void response.json(faults.list()))
		.post((request, response) => {
			faults.add(request.body);
			response.json({ added: true });
		})
		.delete((_request, response) => {
			faults.clear();
			response.json({ cleared: true });
		});
	app.route('/control/settings')
		.get((_request, response) => void response.json(settings))
		.post((request, response) => {
			applySettings(settings, (request.body ?? {}) as Record<string, unknown>);
			response.json(settings);
		})
		.delete((_request, response) => void response.json(Object.assign(settings, atStart)));

	app.route('/control/counter/:name')
		.get((request, response) => {
			const writes = counters.get(request.params.name) ?? [];
			response.json({ count: writes.length, bodies: writes.map(({ body }) => body), writes });
		})
		.post((request, response) => {
			const writes = counters.get(request.params.name) ?? [];
			writes.push({ at: new Date().toISOString(), body: (request.body as unknown) ?? null });
			counters.set(request.params.name, writes);
			response.json({ count: writes.length });
		})
		.delete((request, response) => {
			counters.delete(request.params.name);
			response.json({ count: 0 });
		});

	app.route('/control/mailbox')
		.get((_request, response) => void response.json(mails.map(({ body }) => body)))
		.post((request, response) => {
			mails.push({ at: new Date().toISOString(), body: (request.body as unknown) ?? null });
			response.json({ delivered: mails.length });
		})
		.delete((_request, response) => {
			mails = [];
			response.json({ cleared: true });
		});
	app.get('/control/mailbox.html', (_request, response) => void response.type('html').send(mailboxPage(mails)));
	for (const [name, { routes }] of Object.entries(providers)) if (routes) app.use(`/control/${name}`, routes);

	app.use((_request, response) => void response.status(404).json({ error: 'no such control' }));
	app.use(renderError);
	return app;
}

function userOf(body: unknown): string | undefined {
	const user = (body as { user?: unknown } | undefined)?.user;
	if (user === undefined) return undefined;
	if (!people.some(({ name }) => name === user)) throw new TypeError(`unknown user ${String(user)}; one of ${people.map(({ name }) => name).join(', ')}`);
	return user as string;
}

function providersOf(body: unknown, providers: Readonly<Record<string, Controlled>>): Controlled[] {
	const name = (body as { provider?: unknown } | undefined)?.provider;
	if (name === undefined) return Object.values(providers);
	const provider = Object.hasOwn(providers, String(name)) ? providers[String(name)] : undefined;
	if (!provider) throw new TypeError(`unknown provider ${String(name)}; one of ${Object.keys(providers).join(', ')}`);
	return [provider];
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

// Whatever goes wrong here is the test's own mistake: say what.
const renderError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
	response.status(400).json({ error: error instanceof Error ? error.message : String(error) });
};
