import type { IDataObject } from 'n8n-workflow';

/** Text fields as DocuSign takes them; those without a name are left out. */
export function customFieldsOf(rows: IDataObject[]): IDataObject[] {
	return rows.filter(({ name }) => String(name ?? '').trim() !== '').map(({ name, value, show }) => ({ name: String(name).trim(), value: String(value ?? ''), show: String(show === true), required: 'false' }));
}
