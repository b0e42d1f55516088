// What the parts of the played Microsoft share.
import type { IncomingMessage } from 'node:http';
import type { CallLog } from '../calls';
import type { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import type { SigningKey } from '../signingKey';
import type { App } from './apps';
import type { Authority } from './directory';
import type { Asked, Resource } from './resources';

export interface MicrosoftContext {
	readonly loginUrl: string;
	readonly graphUrl: string;
	readonly sharePointUrl: string;
	readonly settings: SandboxSettings;
	readonly calls: CallLog;
	readonly store: ProviderStore;
	readonly signingKey: SigningKey;
	readonly resources: readonly Resource[];
	/** What was found out about a token request before oidc-provider sees it. */
	readonly tokenRequests: WeakMap<IncomingMessage, TokenRequest>;
	/** Accounts that signed in with the claims challenge. */
	readonly steppedUp: Set<string>;
}

export interface TokenRequest {
	readonly authority: Authority;
	readonly app: App;
	readonly asked: Asked;
	/** `appidacr`: 0 public, 1 secret, 2 certificate. */
	readonly proof: '0' | '1' | '2';
}
