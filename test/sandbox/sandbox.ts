// The whole sandbox: played providers and their control server, all on loopback. For tests and demos only.
import { CallLog } from './calls';
import { buildControl } from './control';
import { Faults } from './faults';
import { openLoopback } from './loopback';
import { orgUsers } from './salesforce/org';
import { startSalesforce, type SalesforceSandbox } from './salesforce/start';
import { defaultSettings, type SandboxSettings } from './settings';

export interface SandboxOptions {
	/** The login server's port; the API gets the next one and the control server the one after. 0: any free ports. */
	port?: number;
	/** Registered for every client, compared exactly. */
	redirectUris?: readonly string[];
	settings?: Partial<SandboxSettings>;
}

export interface SandboxUser {
	readonly name: string;
	readonly username: string;
	readonly email: string;
	readonly password: string;
	readonly userId: string;
}

/** The JSON line of `npm run sandbox`. */
export interface SandboxDescription {
	readonly salesforce: SalesforceSandbox;
	readonly users: readonly SandboxUser[];
	readonly control: string;
}

export interface Sandbox extends SandboxDescription {
	close(): Promise<void>;
}

/** Resolves when every server listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const port = options.port ?? 0;
	const servers = await Promise.all([0, 1, 2].map((offset) => openLoopback(port === 0 ? 0 : port + offset)));
	const [login, instance, controlServer] = servers as [(typeof servers)[0], (typeof servers)[0], (typeof servers)[0]];
	const settings = { ...defaultSettings, ...options.settings };
	const calls = new CallLog();
	const faults = new Faults(calls);
	// A client without any redirect URI is not allowed to exist; nobody can use this one.
	const redirectUris = options.redirectUris?.length ? options.redirectUris : ['https://unregistered.invalid/callback'];
	const salesforce = startSalesforce(login, instance, { calls, faults, settings, redirectUris });
	controlServer.handle(buildControl(calls, faults, settings, salesforce.controlled));
	return {
		salesforce: salesforce.description,
		users: orgUsers.map(({ name, username, email, password, userId }) => ({ name, username, email, password, userId })),
		control: controlServer.url,
		close: async () => void (await Promise.all(servers.map((server) => server.close()))),
	};
}
