// The frame of the administration pages, their tables and the forms that take words.
import type { ComponentChildren } from 'preact';

import { texts } from '../../texts';
import { Notice, visible } from '../parts';
import { safeHref } from '../safeHref';
import { SignedInPage } from '../tabs';
import type { FormView } from '../views';
import type { AdminFrame, AdminSection } from './views';

interface Props {
	frame: AdminFrame;
	title: string;
	current: AdminSection;
	children: ComponentChildren;
}

export function AdminPage({ frame: { sections, notice, ...signedIn }, title, current, children }: Props) {
	const t = texts.admin;
	return (
		<SignedInPage {...signedIn} title={title} current="administration">
			<nav class="sections" aria-label={t.sectionsLabel}>
				<ul>{(Object.entries(t.sections) as [AdminSection, string][]).map(([section, label]) => <li><a href={safeHref(sections[section])} aria-current={section === current ? 'page' : undefined}>{label}</a></li>)}</ul>
			</nav>
			{notice ? <Notice tone={notice.tone}>{visible(notice.text)}</Notice> : null}
			{children}
		</SignedInPage>
	);
}

const grouped = new Intl.NumberFormat('en');

/** As people read large numbers: 1,284. */
export const counted = (count: number): string => grouped.format(count);

export interface Column<Row> {
	label: string;
	cell(row: Row): ComponentChildren;
	/** Numbers stand at the right. */
	isNumber?: boolean;
	/** Times stay in one line. */
	isTime?: boolean;
}

/** On a narrow screen every row becomes a block, and each cell says its column. */
export function Table<Row>({ caption, columns, rows, empty }: { caption: string; columns: Column<Row>[]; rows: Row[]; empty: string }) {
	if (rows.length === 0) return <p class="note">{empty}</p>;
	const shown = (value: ComponentChildren) => (typeof value === 'number' ? counted(value) : value);
	return (
		<table>
			<caption class="unseen">{caption}</caption>
			<thead><tr>{columns.map(({ label, isNumber }) => <th scope="col" class={isNumber ? 'number' : undefined}>{label}</th>)}</tr></thead>
			<tbody>
				{rows.map((row) => <tr>{columns.map(({ label, cell, isNumber, isTime }, i) => i === 0 ? <th scope="row">{cell(row)}</th> : <td class={isNumber ? 'number' : isTime ? 'time' : undefined} data-label={label}>{shown(cell(row))}</td>)}</tr>)}
			</tbody>
		</table>
	);
}

export interface Field {
	name: string;
	label: string;
	value?: string;
	hint?: string;
	maxLength: number;
}

/** Sent with method=post, like every form of ours. */
export function FieldForm({ form, fields, submit, inline, look = 'secondary' }: { form: FormView; fields: Field[]; submit: string; inline?: boolean; look?: 'primary' | 'secondary' }) {
	const action = safeHref(form.action);
	if (!action) return null;
	return (
		<form method="post" action={action} autocomplete="off" class={inline ? 'fields inline' : 'fields'}>
			{Object.entries(form.hidden).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
			{fields.map(({ name, label, value = '', hint, maxLength }) => (
				<label><span>{label}</span><input type="text" name={name} value={value} placeholder={hint === undefined ? undefined : visible(hint)} maxLength={maxLength} /></label>
			))}
			<button type="submit" class={`button ${look}`}><span>{submit}</span></button>
		</form>
	);
}
