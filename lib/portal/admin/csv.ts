import { downloadOf, type PortalResponse } from '../http';

/**
 * Where a spreadsheet would begin a formula. Not only in front: one whose list separator is another than ours (`;` in half of Europe)
 * knows none of our quotation marks, and begins a cell after each of its own. Full-width signs count in some languages.
 * @see OWASP, CSV Injection
 */
const FORMULA = /(?=[=+\-@＝＋－＠\t\r\n])(?<=(?:^|[,;\t\r\n])["\s]*)/g;

/** What would be a formula stands as text. */
function cell(value: string | number | undefined): string {
	const text = value === undefined ? '' : String(value);
	const harmless = typeof value === 'string' ? text.replace(FORMULA, "'") : text;
	return /["\r\n,;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A table as a file (RFC 4180); the mark at its beginning tells spreadsheets that it is UTF-8. */
export function csvOf(fileName: string, columns: string[], rows: (string | number | undefined)[][]): PortalResponse {
	const body = [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
	return downloadOf(`\uFEFF${body}\r\n`, { type: 'text/csv; charset=utf-8', fileName });
}
