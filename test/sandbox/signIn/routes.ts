// Login and consent between oidc-provider's authorize and resume steps, for every provider that oidc-provider plays.
import { timingSafeEqual } from 'node:crypto';
import { Router, urlencoded, type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { CallLog } from '../calls';
import { people, type Person } from '../people';
import type { SignInPages } from './pages';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
export type Grant = InstanceType<Provider['Grant']>;

export interface SignIn {
	readonly provider: Provider;
	readonly calls: CallLog;
	readonly pages: SignInPages;
	accountIdOf(person: Person): string;
	personOf(accountId: string | undefined): Person | undefined;
	/** Puts into the new grant what the person allows, and remembers it. */
	allow(grant: Grant, interaction: Interaction): void;
	/** Who can log in, if not just the people of the sandbox. */
	readonly people?: readonly Person[];
	/** Why this person may not, password or no password; undefined lets them in. */
	refuse?(person: Person, interaction: Interaction): string | undefined;
	loggedIn?(person: Person, interaction: Interaction): void;
}

/** Mounted at the root: `/interaction/:uid`. */
export function signInRoutes({ provider, calls, pages, accountIdOf, personOf, allow, people: known = people, refuse, loggedIn }: SignIn): Router {
	const router = Router();

	router.get('/interaction/:uid', async (request, response) => {
		const interaction = await provider.interactionDetails(request, response);
		response.set('Cache-Control', 'no-store').type('html');
		if (interaction.prompt.name === 'login') return void response.send(pages.login(String(interaction.params['login_hint'] ?? '')));
		const client = await provider.Client.find(String(interaction.params['client_id']));
		const person = personOf(interaction.session?.accountId);
		response.send(pages.consent(client?.clientName ?? 'An app', person?.username ?? '', scopesOf(interaction)));
	});

	router.post('/interaction/:uid', urlencoded({ extended: false }), async (request, response) => {
		const interaction = await provider.interactionDetails(request, response);
		await (interaction.prompt.name === 'login' ? login(interaction, request, response) : decide(interaction, request, response));
	});

	async function login(interaction: Interaction, request: Request, response: Response): Promise<void> {
		const { username = '', password = '' } = request.body as Record<string, string>;
		const person = known.find((candidate) => candidate.username === username.trim().toLowerCase());
		if (!person || !sameText(password, person.password)) {
			response.type('html').send(pages.login(username, 'Please check your username and password. If you still can’t log in, contact your administrator.'));
			return;
		}
		const refusal = refuse?.(person, interaction);
		if (refusal !== undefined) return void response.type('html').send(pages.login(username, refusal));
		loggedIn?.(person, interaction);
		const accountId = accountIdOf(person);
		calls.annotate(request, { user: person.name });
		const resumeUrl = await provider.interactionResult(request, response, { login: { accountId, remember: true } }, { mergeWithLastSubmission: false });
		await switchSession(interaction, accountId);
		response.redirect(303, resumeUrl);
	}

	/** Somebody else logs in on a browser that remembers a person: oidc-provider would ask for a logout page first, the vendors do not. */
	async function switchSession(interaction: Interaction, accountId: string): Promise<void> {
		if (!interaction.session?.uid || interaction.session.accountId === accountId) return;
		const session = await provider.Session.findByUid(interaction.session.uid);
		if (!session) return;
		session.loginAccount({ accountId });
		session.authorizations = {};
		await session.persist();
	}

	async function decide(interaction: Interaction, request: Request, response: Response): Promise<void> {
		const accountId = interaction.session?.accountId;
		if (!accountId) throw new Error('consent without a login');
		calls.annotate(request, { user: personOf(accountId)?.name ?? null });
		if ((request.body as Record<string, string>)['decision'] !== 'allow') {
			const denied = { error: 'access_denied', error_description: 'end-user denied authorization' };
			return provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
		}
		const grant = new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) });
		allow(grant, interaction);
		const grantId = await grant.save();
		await provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
	}

	/** A page left open too long, or opened in another browser. */
	const showLostInteraction: ErrorRequestHandler = (error: { status?: number; error?: string; error_description?: string }, _request, response, _next) => {
		response.status(error.status ?? 500).type('html').send(pages.error(error.error ?? 'server_error', error.error_description));
	};
	router.use('/interaction', showLostInteraction);
	return router;
}

export function scopesOf(interaction: Interaction): string[] {
	return String(interaction.params['scope'] ?? '').split(' ').filter(Boolean);
}

function sameText(left: string, right: string): boolean {
	return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
