/**
 * The environment that n8n is started with: nothing but what stands here reaches it, so that a
 * developer's own `N8N_…` or `DB_…` variables (and Jest's `NODE_ENV`) cannot change a test.
 */
import { join } from 'node:path';

import { n8nVersion } from './install';
import { cacheDirectory, pathWithNode } from './system/paths';

/** Variables to set; `undefined` takes one away. */
export type Environment = Record<string, string | undefined>;

/** Of the surroundings n8n gets these only. No proxy: what tests call is on this machine. */
const inherited = ['HOME', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/**
 * Modules of n8n that no flow of ours needs: without them n8n starts faster, calls nobody, and the
 * editor is free of their offers. `N8N_DISABLED_MODULES: ''` brings them all back.
 */
export const unneededModules = [
	'agents', 'breaking-changes', 'chat-hub', 'external-secrets', 'insights', 'instance-ai',
	'instance-version-history', 'ldap', 'log-streaming', 'mcp', 'mcp-registry', 'n8n-packages',
	'oauth-server', 'otel', 'provisioning', 'quick-connect', 'source-control', 'sso-oidc', 'sso-saml',
	'token-exchange', 'workflow-builder', 'workflow-reviews',
];

export interface EnvironmentOptions {
	port: number;
	/** Of the broker between n8n and its task runners; must be another free port. */
	brokerPort: number;
	userFolder: string;
	/** For n8n's temporary files; exists. */
	scratch: string;
	editor: boolean;
	extra?: Environment;
}

/** The whole environment of one n8n process. */
export function n8nEnvironment(options: EnvironmentOptions): Record<string, string> {
	const { port, brokerPort, userFolder, scratch, editor, extra } = options;
	const all: Environment = {
		...Object.fromEntries(inherited.map((name) => [name, process.env[name]])),
		PATH: pathWithNode(),
		// n8n loads some 10,000 files: compiled once per machine, a start takes a second less.
		NODE_COMPILE_CACHE: join(cacheDirectory(), `compiled-${n8nVersion}-${process.versions.modules}`),

		TMPDIR: scratch,

		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_PYTHON_ENABLED: 'false',
		N8N_LOG_LEVEL: 'info',
		N8N_DISABLE_UI: String(!editor),

		N8N_DISABLED_MODULES: unneededModules.join(','),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		...extra,
	};
	const set: Record<string, string> = {};
	for (const [name, value] of Object.entries(all)) if (value !== undefined) set[name] = value;
	return set;
}
