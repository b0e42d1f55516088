import type { SalesforceApi } from '../../transport/salesforceApi';

export interface ListView {
	id: string;
	label: string;
	developerName: string;
	soqlCompatible: boolean;
	describeUrl: string;
	resultsUrl: string;
	url: string;
}

interface ListViewPage {
	listviews: ListView[];
	nextRecordsUrl?: string | null;
}

/** Page by page, as the caller goes on. @throws as `getJson` */
export async function* listViewsOf(api: SalesforceApi, objectType: string): AsyncGenerator<ListView, void, undefined> {
	let next: string | null | undefined = api.dataPath(`/sobjects/${objectType}/listviews`);
	while (typeof next === 'string') {
		const page: ListViewPage = await api.getJson<ListViewPage>(next, { about: `list views of ${objectType}` });
		yield* page.listviews;
		next = page.nextRecordsUrl;
	}
}
