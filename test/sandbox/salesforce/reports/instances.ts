// Asynchronous runs: asked for, running, there for whoever asked.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_instances_summaryasync.htm
import { notFound } from '../apiErrors';
import type { SalesforceApiSettings } from '../apiSettings';
import { recordId } from '../ids';
import type { ReportDefinition } from './definitions';

type Json = Record<string, unknown>;
type Status = 'New' | 'Running' | 'Success' | 'Error';

interface Instance {
	readonly id: string;
	readonly report: ReportDefinition;
	readonly ownerId: string;
	readonly hasDetailRows: boolean;
	readonly requestedMs: number;
	readonly completesMs: number;
	readonly fails: boolean;
	/** The body of the finished run without its `attributes`. */
	readonly results: Json;
}

export class ReportInstances {
	private readonly instances = new Map<string, Instance>();

	constructor(private readonly settings: SalesforceApiSettings) {}

	start(report: ReportDefinition, ownerId: string, hasDetailRows: boolean, results: Json, version: string): Json {
		const requestedMs = Date.now();
		const instance: Instance = { id: recordId('0LG', 1 + this.instances.size), report, ownerId, hasDetailRows, requestedMs, completesMs: requestedMs + this.settings.reportRunMs, fails: this.settings.asyncReportsFail, results };
		this.instances.set(instance.id, instance);
		return { ...summary(instance, version), completionDate: null, status: 'New', url: urlOf(instance, version) };
	}

	list({ id }: ReportDefinition, ownerId: string, version: string): Json[] {
		return [...this.instances.values()].filter((instance) => instance.report.id === id && instance.ownerId === ownerId).map((instance) => summary(instance, version)).reverse();
	}

	/** Results once they are there; before that, and after a failure, only how it stands. */
	results({ id: reportId }: ReportDefinition, id: string, ownerId: string): Json {
		const instance = this.find(reportId, id, ownerId);
		const { report, hasDetailRows, results } = instance;
		const { completionDate, requestDate, status, queryable } = summary(instance, '');
		const attributes = { completionDate, id: instance.id, ownerId, queryable, reportId, reportName: report.name, requestDate, status, type: 'ReportInstance' };
		if (status !== 'Success') return { attributes, allData: false, factMap: null, groupingsAcross: null, groupingsDown: null, hasDetailRows, reportExtendedMetadata: null, reportMetadata: null };
		return { attributes, ...results };
	}

	delete({ id: reportId }: ReportDefinition, id: string, ownerId: string): void {
		this.instances.delete(this.find(reportId, id, ownerId).id);
	}

	private find(reportId: string, id: string, ownerId: string): Instance {
		const instance = this.instances.get(id);
		if (instance?.report.id !== reportId || instance.ownerId !== ownerId) throw notFound();
		return instance;
	}
}

function statusOf({ requestedMs, completesMs, fails }: Instance): Status {
	const now = Date.now();
	if (now < completesMs) return now < (requestedMs + completesMs) / 2 ? 'New' : 'Running';
	return fails ? 'Error' : 'Success';
}

function summary(instance: Instance, version: string): Json {
	const { id, ownerId, hasDetailRows, requestedMs, completesMs } = instance;
	const status = statusOf(instance);
	const isOver = status === 'Success' || status === 'Error';
	return { completionDate: isOver ? instant(completesMs) : null, hasDetailRows, id, ownerId, queryable: false, requestDate: instant(requestedMs), status, url: status === 'Error' ? null : urlOf(instance, version) };
}

function urlOf({ id, report }: Instance, version: string): string {
	return `/services/data/${version}/analytics/reports/${report.id}/instances/${id}`;
}

/** Whole seconds, as Analytics writes them. */
function instant(atMs: number): string {
	return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
