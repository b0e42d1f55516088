// The whole sandbox: played providers and their control server, all on loopback. For tests and demos only.
import { startAdfs, type AdfsSandbox } from './adfs/start';
import { CallLog } from './calls';
import { buildControl } from './control';
import { startDocuSign, type DocuSignSandbox } from './docusign/start';
import { Faults } from './faults';
import { openLoopback, type LoopbackServer } from './loopback';
import { startMicrosoft, type MicrosoftSandbox, type StartedMicrosoft, type UserTokenOptions } from './microsoft/start';
import { startOAuth2, type OAuth2Sandbox } from './oauth2/start';
import { orgUsers } from './salesforce/org';
import { startSalesforce, type SalesforceSandbox } from './salesforce/start';
import { defaultSettings, type SandboxSettings } from './settings';

/** How many servers there are. */
export const portCount = 15;

export interface SandboxOptions {
	/** The first of `portCount` consecutive ports: Salesforce's login and API, control server, then the other providers. 0: any free ports. */
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
	readonly oauth2: OAuth2Sandbox;
	readonly microsoft: MicrosoftSandbox;
	readonly adfs: AdfsSandbox;
	readonly docusign: DocuSignSandbox;
	readonly users: readonly SandboxUser[];
	readonly control: string;
}

export interface Sandbox extends SandboxDescription {
	/** A Microsoft token that a caller brings along, issued elsewhere; rejects with a RangeError for an unknown name. */
	mintMicrosoftUserToken(name: string, options?: UserTokenOptions): Promise<string>;
	/** What Graph was asked and answered, from `graphTraffic.start()` on; `microsoft/graphContract.ts` compares it with its description. */
	readonly graphTraffic: StartedMicrosoft['traffic'];
	/** Size and SHA-256 of a file in a library of the played SharePoint. */
	readonly graphContentOf: StartedMicrosoft['contentOf'];
	close(): Promise<void>;
}

/** Resolves when every server listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const port = options.port ?? 0;
	const servers: LoopbackServer[] = [];
	const open = async (): Promise<LoopbackServer> => {
		const server = await openLoopback(port === 0 ? 0 : port + servers.length);
		servers.push(server);
		return server;
	};
	const [login, instance, controlServer] = [await open(), await open(), await open()];
	const settings = { ...defaultSettings, ...options.settings };
	const calls = new CallLog();
	const faults = new Faults(calls);
	// A client without any redirect URI is not allowed to exist; nobody can use this one.
	const redirectUris = options.redirectUris?.length ? options.redirectUris : ['https://unregistered.invalid/callback'];
	const optionsOf = (provider: string) => ({ calls: calls.of(provider), faults: faults.of(provider), settings, redirectUris });
	const salesforce = startSalesforce(login, instance, { ...optionsOf('salesforce'), movedInstance: await open() });
	const oauth2 = startOAuth2(await open(), await open(), optionsOf('oauth2'));
	const microsoft = startMicrosoft(await open(), await open(), await open(), await open(), optionsOf('microsoft'));
	const adfs = startAdfs(await open(), await open(), optionsOf('adfs'));
	const docusign = startDocuSign(await open(), await open(), await open(), optionsOf('docusign'));
	const providers = { salesforce, oauth2, microsoft, adfs, docusign };
	controlServer.handle(buildControl(calls, faults, settings, Object.fromEntries(Object.entries(providers).map(([name, { controlled }]) => [name, controlled]))));
	return {
		salesforce: salesforce.description,
		oauth2: oauth2.description,
		microsoft: microsoft.description,
		adfs: adfs.description,
		docusign: docusign.description,
		users: orgUsers.map(({ name, username, email, password, userId }) => ({ name, username, email, password, userId })),
		control: controlServer.url,
		mintMicrosoftUserToken: microsoft.mintUserToken,
		graphTraffic: microsoft.traffic,
		graphContentOf: microsoft.contentOf,
		close: async () => {
			docusign.close();
			await Promise.all(servers.map((server) => server.close()));
			await microsoft.close();
		},
	};
}
