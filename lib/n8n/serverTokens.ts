import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readServerLoginSettings, serverTokenFor, type AccessToken, type ServerLoginSettings } from '../connections';
import { isConnectedAppsError, type ConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import type { UserKey } from '../types';
import { sha256 } from '../vault';
import { waitForApprovals, type NeededApproval } from './approval';
import { fetchThroughN8n } from './fetch';
import { rememberTransport } from './hostTransport';
import { readNodeCredential } from './oauthCredential';
import { nodeRunOf, takeUpRun } from './preFlight';
import type { Runtime } from './runtime';

/** A token without a sign-in, for one item. */
export interface ServerToken {
	settings: ServerLoginSettings;
	token: AccessToken;
	/** One that is not the rejected one. */
	renew(rejectedTokenHash: string): Promise<AccessToken>;
}

export interface ServerTokenOptions {
	credentialType: string;
	/** Instead of the credential's. */
	scopesOf?(itemIndex: number): string[];
	/** Whoever has to approve the app first is waited for. */
	waitsForApproval: boolean;
	/** Names who approves; nothing: the subject of the assertion. */
	approverOf(itemIndex: number): unknown;
}

/** One entry per input item, or what the node gives back while it waits. */
export type ServerTokens = { items: (ServerToken | Error)[] } | { waiting: INodeExecutionData[] };

interface ItemNeedsApproval extends NeededApproval {
	itemIndex: number;
}

/**
 * Gets every item's token before anything is done with it, as the subject that the item names (client credentials, JWT bearer).
 * @throws ConnectedAppsError of the vault; what concerns an item stands in its place
 */
export async function obtainServerTokens(context: IExecuteFunctions, runtime: Runtime, options: ServerTokenOptions): Promise<ServerTokens> {
	const fetch = fetchThroughN8n(context.helpers);
	rememberTransport(context.helpers);
	const tools = { vault: runtime.vault, fetch, resolveEndpoints: runtime.resolveEndpoints };
	const { existing } = await takeUpRun(runtime, nodeRunOf(context));
	const found = new Map<string, Promise<ServerToken>>();
	const needed: ItemNeedsApproval[] = [];
	const items: (ServerToken | Error)[] = [];
	for (const itemIndex of context.getInputData().keys()) {
		let settings: ServerLoginSettings | undefined;
		try {
			const raw = await readNodeCredential(context, options.credentialType, itemIndex);
			const scopes = options.scopesOf?.(itemIndex) ?? [];
			// The same login is not asked for twice, also if it is refused.
			const login = sha256(JSON.stringify([raw, scopes]));
			settings = readServerLoginSettings(options.credentialType, raw);
			if (!found.has(login)) found.set(login, logIn(settings, scopes));
			items.push(await found.get(login)!);
		} catch (error) {
			items.push(toError(error));
			if (options.waitsForApproval && settings !== undefined && isConnectedAppsError(error, 'approvalNeeded')) needed.push(...approvalOf(itemIndex, settings, error));
		}
	}
	if (needed.length === 0) return { items };
	try {
		const answer = await waitForApprovals(context, runtime, fetch, existing, needed);
		if ('waiting' in answer) return answer;
		for (const { itemIndex, approver } of needed) items[itemIndex] = answer.refused.get(approver) ?? items[itemIndex]!;
	} catch (error) {
		// The other items have their tokens.
		for (const { itemIndex } of needed) items[itemIndex] = toError(error);
	}
	return { items };

	async function logIn(settings: ServerLoginSettings, scopes: string[]): Promise<ServerToken> {
		const token = await serverTokenFor(tools, settings, { scopes });
		return { settings, token, renew: async (rejectedTokenHash) => await serverTokenFor(tools, settings, { scopes, rejectedTokenHash }) };
	}

	/** Nobody, if what should name the person names none: then that is what is wrong with the item. */
	function approvalOf(itemIndex: number, settings: ServerLoginSettings, error: ConnectedAppsError): ItemNeedsApproval[] {
		let approver: UserKey;
		try {
			approver = userKey(options.approverOf(itemIndex) || settings.assertion?.subject);
		} catch (unnamed) {
			items[itemIndex] = toError(unnamed);
			return [];
		}
		return [{ itemIndex, settings, approver, error }];
	}
}

function toError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}
