import type { IWebhookDescription } from 'n8n-workflow';

const restart = (path: string, responseMode: string, responseData?: string): IWebhookDescription => ({
	name: 'default',
	httpMethod: 'GET',
	path,
	isFullPath: true,
	restartWebhook: true,
	responseMode,
	...(responseData !== undefined && { responseData }),
});

/**
 * The restart webhooks of every node that can pause: one per way in which the resumed flow owes its answer.
 * `''` acknowledges at once (the sweeper); the others answer with what the flow answers (see `FlowAnswer.restartPath`).
 */
export const RESTART_WEBHOOKS: IWebhookDescription[] = [restart('', 'onReceived'), restart('respond', 'responseNode'), restart('last', 'lastNode', 'firstEntryJson'), restart('last-all', 'lastNode', 'allEntries')];

/**
 * The versions of every node with webhooks, as its description has them (the trigger that needs raw bodies aside). Nothing differs between them: from all nodes of version 1
 * n8n wants to know an option that its own webhook node had then, by an expression, in a fresh isolate, for each request.
 */
export const WEBHOOK_NODE_VERSIONS = { version: [1, 1.1], defaultVersion: 1.1 };

/** On every answer to a resume that our node has let through, whatever the flow answers: tells n8n from what may stand before it. */
export const RESUMED_HEADER = 'x-connected-apps-resumed';

/** On the answer of a restart webhook that did not resume: tells it from the answer of a flow. */
export const REFUSAL_HEADER = 'x-connected-apps-refusal';

/** Puts a restart path into n8n's resume URL (`…/webhook-waiting/<id>?signature=…`). */
export function withRestartPath(resumeUrl: string, path: string): string {
	if (path === '') return resumeUrl;
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
	return url.href;
}

/** Takes the restart path out again. */
export function withoutRestartPath(resumeUrl: string): string {
	const url = new URL(resumeUrl);
	const path = RESTART_WEBHOOKS.map((webhook) => webhook.path).find((candidate) => candidate !== '' && url.pathname.endsWith(`/${candidate}`));
	if (path !== undefined) url.pathname = url.pathname.slice(0, -(path.length + 1));
	return url.href;
}
