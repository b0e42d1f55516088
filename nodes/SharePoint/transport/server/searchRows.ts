// The server's search service. It knows what its crawler has seen: new things take a while.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/sharepoint-search-rest-api-overview
import { textOf, type Json, type ServerApi } from './serverApi';

export type Row = Record<string, string | undefined>;

/** Words that begin like these, in KQL; its own signs are left out. */
export function wordsInKql(text: string): string {
	return text.split(/[\s"():*<>=]+/).filter((word) => word !== '').map((word) => `"${word}"*`).join(' ');
}

export async function findRows(api: ServerApi, kql: string, columns: readonly string[], startRow: number, rowLimit: number): Promise<{ rows: Row[]; next?: number }> {
	const text = (value: string): string => encodeURIComponent(`'${value.replaceAll("'", "''")}'`);
	const body = await api.getJson(`/_api/search/query?querytext=${text(kql)}&selectproperties=${text(columns.join(','))}&startrow=${startRow}&rowlimit=${rowLimit}&trimduplicates=false`, { about: 'search' });
	const results = ((body.PrimaryQueryResult as Json | null)?.RelevantResults ?? {}) as { Table?: { Rows?: { Cells?: { Key?: unknown; Value?: unknown }[] }[] }; TotalRows?: number };
	const rows = (results.Table?.Rows ?? []).map(({ Cells = [] }) => Object.fromEntries(Cells.map(({ Key, Value }) => [textOf(Key), typeof Value === 'string' ? Value : undefined])));
	const seen = startRow + rows.length;
	return { rows, ...(rows.length > 0 && seen < (results.TotalRows ?? 0) && { next: seen }) };
}
