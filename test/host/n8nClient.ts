/**
 * n8n's own REST API for tests: what an admin and a builder do in the editor, one method per act.
 */
import { N8nExecutions } from './n8nExecutions';
import { N8nApiError, N8nSession } from './n8nRequest';
import type {
	CredentialDraft,
	Owner,
	PublicationStatus,
	StoredCredential,
	StoredWorkflow,
	WorkflowDraft,
} from './n8nTypes';
import { waitUntil } from './system/polling';

export { itemsOf } from './n8nExecutions';
export { N8nApiError } from './n8nRequest';
export type * from './n8nTypes';

/** The owner of every n8n that tests start. */
export const defaultOwner: Owner = {
	email: 'owner@example.com',
	password: 'Owner-password-1',
	firstName: 'Olive',
	lastName: 'Owner',
};

/** A workflow could not be published. `triggers` maps the failing nodes' names to their messages. */
export class N8nActivationError extends N8nApiError {
	override readonly name = 'N8nActivationError';

	constructor(
		workflow: StoredWorkflow,
		readonly triggers: Record<string, string>,
		body: unknown,
	) {
		const told = Object.entries(triggers).map(([node, message]) => `"${node}": ${message}`);
		super(`Publishing "${workflow.name}"`, 400, told.length ? told.join('; ') : body);
	}
}

/** One person's session at one n8n; executions are in the base class. */
export class N8nClient extends N8nExecutions {
	constructor(readonly url: string) {
		super(new N8nSession(url));
	}

	/** Makes the owner of a fresh n8n and signs in as them. */
	async setupOwner(owner: Owner = defaultOwner): Promise<void> {
		await this.session.request('POST', '/owner/setup', owner);
	}

	async login(owner: Pick<Owner, 'email' | 'password'> = defaultOwner): Promise<void> {
		await this.session.request('POST', '/login', {
			emailOrLdapLoginId: owner.email,
			password: owner.password,
		});
	}

	async createCredential(draft: CredentialDraft): Promise<StoredCredential> {
		return await this.session.request('POST', '/credentials', draft);
	}

	/** Replaces the credential's whole data, as saving it in the editor does. */
	async updateCredential(id: string, draft: CredentialDraft): Promise<StoredCredential> {
		return await this.session.request('PATCH', `/credentials/${id}`, draft);
	}

	/** The editor's "Test": `status` is `OK` or `Error`. The credential need not be stored. */
	async testCredential(draft: CredentialDraft & { id?: string }): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.session.request('POST', '/credentials/test', { credentials: { id: '', ...draft } });
	}

	async deleteCredential(id: string): Promise<void> {
		await this.session.request('DELETE', `/credentials/${id}`);
	}

	async createWorkflow(draft: WorkflowDraft): Promise<StoredWorkflow> {
		return await this.session.request('POST', '/workflows', { settings: { executionOrder: 'v1' }, ...draft });
	}

	async workflow(id: string): Promise<StoredWorkflow> {
		return await this.session.request('GET', `/workflows/${id}`);
	}

	/** Saves a new version; a published workflow goes on with the old one until `activate`. */
	async updateWorkflow(id: string, change: Partial<WorkflowDraft>): Promise<StoredWorkflow> {
		const { name, nodes, connections, settings, versionId } = await this.workflow(id);
		return await this.session.request('PATCH', `/workflows/${id}`, {
			name, nodes, connections, settings, versionId, ...change,
		});
	}

	/**
	 * Publishes the current version and waits until n8n has started every trigger of it (webhooks
	 * registered, `trigger()` returned): n8n itself answers before that. n8n starts a trigger that
	 * fails five times, 15 s in all, before it says so.
	 * @throws N8nActivationError when n8n refuses, or when any trigger fails; the workflow is then
	 * unpublished again
	 */
	async activate(id: string, { timeoutMs = 60_000 } = {}): Promise<void> {
		const workflow = await this.workflow(id);
		try {
			await this.session.request('POST', `/workflows/${id}/activate`, { versionId: workflow.versionId });
		} catch (error) {
			if (!(error instanceof N8nApiError)) throw error;
			throw new N8nActivationError(workflow, {}, error.body);
		}
		const { status, triggers } = await this.settledPublication(id, timeoutMs);
		if (status === 'published' || status === 'unknown') return;
		const names = new Map(workflow.nodes.map((node) => [node.id, node.name]));
		const failed = triggers.filter((trigger) => trigger.status === 'failed');
		const messages = failed.map(({ nodeId, errorMessage }) => [names.get(nodeId) ?? nodeId, errorMessage ?? 'no message']);
		await this.deactivate(id);
		throw new N8nActivationError(workflow, Object.fromEntries(messages), status);
	}

	/** Unpublishes and waits until n8n has stopped every trigger. */
	async deactivate(id: string, { timeoutMs = 30_000 } = {}): Promise<void> {
		await this.session.request('POST', `/workflows/${id}/deactivate`, {});
		await this.settledPublication(id, timeoutMs);
	}

	/** Unpublishes where needed, archives and deletes: with all executions of it. */
	async deleteWorkflow(id: string): Promise<void> {
		const { activeVersionId } = await this.workflow(id);
		if (activeVersionId) await this.deactivate(id);
		await this.session.request('POST', `/workflows/${id}/archive`, {});
		await this.session.request('DELETE', `/workflows/${id}`);
	}

	/**
	 * Polls until `<webhook base>/<path>` is registered, without ever running the flow.
	 * Needed after a restart; `activate` has waited already.
	 */
	async waitForWebhook(path: string, { method = 'GET', timeoutMs = 30_000 } = {}): Promise<void> {
		const url = `${this.url}/webhook/${path.replace(/^\//, '')}`;
		await waitUntil(
			async () => {
				// n8n answers a preflight by itself and names the methods that are registered.
				const answer = await fetch(url, {
					method: 'OPTIONS',
					headers: { origin: this.url, 'access-control-request-method': method },
				}).catch(() => undefined);
				const methods = answer?.headers.get('access-control-allow-methods') ?? '';
				return methods.split(/,\s*/).includes(method);
			},
			{ for: `the webhook ${method} ${url}`, timeoutMs },
		);
	}

	private async settledPublication(id: string, timeoutMs: number): Promise<PublicationStatus> {
		return await waitUntil(
			async () => {
				try {
					const path = `/workflows/${id}/publication-status`;
					const told = await this.session.request<PublicationStatus>('GET', path);
					return told.status === 'in_progress' ? undefined : told;
				} catch (error) {
					// N8N_USE_WORKFLOW_PUBLICATION_SERVICE=false: n8n has waited before it answered.
					if (error instanceof N8nApiError && error.status === 404) return { status: 'unknown', triggers: [] };
					throw error;
				}
			},
			{ for: `the publication of workflow ${id}`, timeoutMs },
		);
	}
}
