import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { createReference, type Connection, type TokenRequest } from '../connections';
import { isConnectedAppsError } from '../errors';
import type { TokenSet, UserKey } from '../types';
import type { TokenReference, Vault } from '../vault';
import { failedItem } from './perItem';
import { getRuntime, type Runtime } from './runtime';
import { STATUS_OK, statusCodeOf, type StatusCodes } from './statusCode';
import { describeFailure } from './testUserLogin';
import { toNodeError } from './toNodeError';

/** The outputs of the OAuth nodes; their descriptions name the same in `sensitiveOutputFields`. */
const OUTPUTS = ['accessToken', 'expiresIn', 'tokenType', 'refreshToken', 'grantedScopes', 'statusCode', 'statusMessage', 'signInUrl'] as const;

/** How answers are written (RFC 6750 section 4, RFC 9449 section 5); a token set holds them in small letters. */
const TOKEN_TYPES: Readonly<Record<string, string>> = { bearer: 'Bearer', dpop: 'DPoP' };

type WithoutWorkflow<Reference> = Reference extends unknown ? Omit<Reference, 'workflowId'> : never;

/** What a login brought for an item; items that share one share its reference. */
export interface LoginResult {
	tokens: Pick<TokenSet, 'accessToken' | 'refreshToken' | 'tokenType' | 'expiresAtMs' | 'scopes'>;
	/** What the items hold instead of the tokens. Not asked for where the node's Token Output is `raw`. */
	reference(): WithoutWorkflow<TokenReference>;
}

/** An `Error` where an item has none. */
export type LoginOutcome = LoginResult | Error;

/** The tokens of a person's sign-in. @throws as `TokenEngine.tokensFor` */
export async function resultOfGrant({ engine }: Runtime, connection: Connection, userKey: UserKey, request: TokenRequest): Promise<LoginResult> {
	const tokens = await engine.tokensFor(connection, userKey, request);
	return { tokens, reference: () => ({ kind: 'grant', executionId: request.use.executionId, connectionId: connection.id, userKey }) };
}

/** One outcome per input item, or what the node gives back while it waits. */
export type Obtained = { outcomes: LoginOutcome[] } | { waiting: INodeExecutionData[] };

export function toError(error: unknown): Error {
	return error instanceof Error ? error : new Error(String(error));
}

export function isRawOutput(context: IExecuteFunctions): boolean {
	return context.getNodeParameter('tokenOutput', 0, 'reference') === 'raw';
}

async function outputOf(context: IExecuteFunctions, vault: Vault, { tokens, reference }: LoginResult): Promise<IDataObject> {
	const { expiresAtMs, scopes } = tokens;
	const raw = isRawOutput(context);
	const shown = raw ? tokens.accessToken : await createReference(vault, { ...reference(), workflowId: context.getWorkflow().id ?? '' });
	const refreshToken = raw || tokens.refreshToken === undefined ? tokens.refreshToken : shown;
	return {
		accessToken: shown,
		...(expiresAtMs !== undefined && { expiresIn: Math.max(0, Math.floor((expiresAtMs - (await vault.nowMs())) / 1_000)) }),
		tokenType: TOKEN_TYPES[tokens.tokenType] ?? tokens.tokenType,
		...(refreshToken !== undefined && { refreshToken }),
		// An answer that names none leaves them as they were (RFC 6749 section 5.1): nothing is known of them here.
		...(scopes.length > 0 && { grantedScopes: [...scopes] }),
		statusCode: STATUS_OK,
	};
}

function outputOfFailure(codes: StatusCodes, error: Error): IDataObject {
	const signInUrl = isConnectedAppsError(error) ? error.details.signInUrl : undefined;
	return { statusCode: statusCodeOf(codes, error), statusMessage: `${describeFailure(error).replace(/\.$/, '')}.`, ...(signInUrl !== undefined && { signInUrl }) };
}

/** The output, by option with what came in: fields and files. An older token must not stand beside the status of a login that failed. */
function itemOf(context: IExecuteFunctions, itemIndex: number, output: IDataObject): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	if (context.getNodeParameter('options.includeInput', itemIndex, false) !== true) return { json: output, pairedItem };
	const { json, binary } = context.getInputData()[itemIndex]!;
	const kept = Object.fromEntries(Object.entries(json).filter(([name]) => !(OUTPUTS as readonly string[]).includes(name)));
	return { json: { ...kept, ...output }, ...(binary !== undefined && { binary }), pairedItem };
}

/**
 * The outputs of an OAuth node: one item per input item, with tokens (or references to them) and `statusCode`; a failure is a
 * status or, where the node is set so, an error as n8n knows it.
 * @param obtain gets all items' tokens before there is any output, so that it may wait
 * @throws NodeOperationError | NodeApiError with `itemIndex`, where On Failure is `stop` and the node does not continue on fail
 */
export async function outputTokens(context: IExecuteFunctions, codes: StatusCodes, obtain: (runtime: Runtime) => Promise<Obtained>): Promise<INodeExecutionData[][]> {
	let outcomes: LoginOutcome[];
	try {
		const obtained = await obtain(await getRuntime());
		if ('waiting' in obtained) return [obtained.waiting];
		outcomes = obtained.outcomes;
	} catch (error) {
		outcomes = context.getInputData().map(() => toError(error));
	}
	const stops = context.getNodeParameter('onFailure', 0, 'outputStatus') === 'stop';
	const outputs = new Map<LoginResult, IDataObject>();
	const items: INodeExecutionData[] = [];
	for (const [itemIndex, outcome] of outcomes.entries()) {
		try {
			if (outcome instanceof Error) throw outcome;
			const output = outputs.get(outcome) ?? (await outputOf(context, (await getRuntime()).vault, outcome));
			outputs.set(outcome, output);
			items.push(itemOf(context, itemIndex, output));
		} catch (error) {
			if (!stops) {
				items.push(itemOf(context, itemIndex, outputOfFailure(codes, toError(error))));
				continue;
			}
			const mapped = toNodeError(context.getNode(), error, itemIndex);
			if (!context.continueOnFail()) throw mapped;
			items.push(failedItem(mapped, itemIndex));
		}
	}
	return [items];
}
