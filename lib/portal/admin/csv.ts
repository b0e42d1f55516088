import { downloadOf, type PortalResponse } from '../http';

/** What a spreadsheet would take for a formula (OWASP: CSV injection) stands as text. */
function cell(value: string | number | undefined): string {
	const text = value === undefined ? '' : String(value);
	const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /["\r\n,;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A table as a file (RFC 4180); the mark at its beginning tells spreadsheets that it is UTF-8. */
export function csvOf(fileName: string, columns: string[], rows: (string | number | undefined)[][]): PortalResponse {
	const body = [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
	return downloadOf(`\uFEFF${body}\r\n`, { type: 'text/csv; charset=utf-8', fileName });
}
