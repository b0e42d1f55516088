/**
 * A chat model that says what the test tells it to, for AI Agent nodes: the part of OpenAI's chat
 * completions that n8n's OpenAI Chat Model node calls.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CredentialDraft } from './n8nTypes';

/** What the model says next: words, or the call of a tool by its name. */
export type ChatReply = string | { tool: string; arguments: Record<string, unknown> };

export interface ChatModel {
	/** The credential for `chatModel()` in a flow. */
	credential: CredentialDraft;
	/** The bodies of the requests so far. */
	requests: unknown[];
	/** Appends replies; one request takes one. A request without a reply left gets a 500. */
	say(...replies: ChatReply[]): void;
	stop(): Promise<void>;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(Buffer.from(chunk));
	const text = Buffer.concat(chunks).toString('utf8');
	return text ? JSON.parse(text) : undefined;
}

function completion(reply: ChatReply, index: number): object {
	const call = typeof reply === 'string' ? undefined : reply;
	const message = call
		? {
				role: 'assistant',
				content: null,
				tool_calls: [
					{ id: `call_${index}`, type: 'function', function: { name: call.tool, arguments: JSON.stringify(call.arguments) } },
				],
			}
		: { role: 'assistant', content: reply };
	return {
		id: `completion_${index}`,
		object: 'chat.completion',
		created: 0,
		model: 'test-model',
		choices: [{ index: 0, message, finish_reason: call ? 'tool_calls' : 'stop' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

/** Starts the model on loopback. */
export async function startChatModel(...first: ChatReply[]): Promise<ChatModel> {
	const replies = [...first];
	const requests: unknown[] = [];
	const server = createServer((request, response) => {
		void (async () => {
			requests.push(await jsonOf(request));
			const reply = replies.shift();
			response.writeHead(reply === undefined ? 500 : 200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(reply === undefined ? { error: { message: 'The test gave no reply' } } : completion(reply, requests.length)));
		})();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		credential: {
			name: 'Test chat model',
			type: 'openAiApi',
			data: { apiKey: 'test', url: `http://127.0.0.1:${port}/v1`, header: false },
		},
		requests,
		say: (...more) => void replies.push(...more),
		stop: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
