// Copies, which take their time: the answer is an address to watch.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-copy
import { randomUUID } from 'node:crypto';
import { json, Router } from 'express';
import type { GraphContext, GraphResponse } from '../context';
import { invalidRequest, itemNotFound, GraphError } from '../errors';
import { driveAt, nodeAt } from './address';
import { folderAt } from './changes';

interface CopyJob {
	readonly startedAtMs: number;
	readonly endsAtMs: number;
	/** Does the work, once. */
	finish(): Record<string, unknown>;
	result?: Record<string, unknown>;
}

const jobs = new WeakMap<object, Map<string, CopyJob>>();

function jobsOf({ links }: GraphContext): Map<string, CopyJob> {
	const known = jobs.get(links) ?? new Map<string, CopyJob>();
	jobs.set(links, known);
	return known;
}

export function copyRoutes(context: GraphContext): Router {
	return Router().post('/driveItem/copy', json(), (request, response: GraphResponse) => {
		const { drive, node } = nodeAt(request);
		const { name, parentReference } = (request.body ?? {}) as { name?: unknown; parentReference?: { driveId?: unknown; id?: unknown; path?: unknown } };
		if (name !== undefined && typeof name !== 'string') throw invalidRequest('The name has to be a text.');
		if (name === undefined && parentReference === undefined) throw invalidRequest('A copy needs a name or a parentReference.');
		const target = typeof parentReference?.driveId === 'string' ? driveAt(context, response, parentReference.driveId) : drive;
		response.locals.caller.mustWriteIn(target.list.site);
		const parent = parentReference === undefined ? node.parent! : parentReference.id === undefined && parentReference.path === undefined ? target.root : folderAt(target, parentReference.id, parentReference.path);
		const by = response.locals.caller.siteUserId;
		const startedAtMs = Date.now();
		const id = randomUUID();
		jobsOf(context).set(id, {
			startedAtMs,
			endsAtMs: startedAtMs + context.settings.graphCopyMs,
			finish: () => {
				try {
					return { percentageComplete: 100, resourceId: target.copy(node, parent, name ?? node.name, by).id, status: 'completed' };
				} catch (error) {
					if (!(error instanceof GraphError)) throw error;
					return { percentageComplete: 0, status: 'failed', error: { code: error.code, message: error.code === 'nameAlreadyExists' ? 'Name already exists' : error.message } };
				}
			},
		});
		response.status(202).location(`${context.filesUrl}/_api/v2.0/monitor/${id}`).end();
	});
}

/** On the host of the files. */
export function copyMonitorRoutes(context: GraphContext): Router {
	return Router().get('/_api/v2.0/monitor/:job', (request, response) => {
		const job = jobsOf(context).get(request.params.job);
		if (!job) throw itemNotFound();
		const share = (Date.now() - job.startedAtMs) / Math.max(1, job.endsAtMs - job.startedAtMs);
		if (Date.now() < job.endsAtMs) return void response.status(202).json({ operation: 'itemCopy', percentageComplete: Math.floor(share * 1000) / 10, status: share < 0.2 ? 'notStarted' : 'inProgress' });
		job.result ??= job.finish();
		response.status(job.result['status'] === 'completed' ? 202 : 200).json({ operation: 'itemCopy', ...job.result });
	});
}
