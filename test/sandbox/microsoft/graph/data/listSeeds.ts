// The lists that the sites have, and what is in them.
import { column, type Column } from '../lists/columns';
import type { Row } from '../lists/row';
import { siteUserNamed } from '../people';

export interface ListSeed {
	readonly name: string;
	readonly displayName: string;
	readonly description: string;
	readonly isLibrary?: boolean;
	readonly hidden?: boolean;
	readonly isSystem?: boolean;
	/** @param idOf the id of another list of the site, by name */
	columns(idOf: (name: string) => string): readonly Column[];
	count: number | 'readings';
	/** @param id from 1 @param owner whose site it is */
	values(id: number, owner: string): Row['values'];
}

const title = column('Title', 'text', { required: true });
const customerNames = ['Adventure Works', 'Blue Yonder', 'City Power & Light', 'Datum', 'Emoji 🚀 Traders', 'Fourth Coffee', 'O\'Neill GmbH'];
const states = ['Open', 'In Progress', 'Done'];
const tags = ['Red', 'Green', 'Blue'];
const dayMs = 86_400_000;
const day = (number: number): string => `${new Date(Date.parse('2026-03-01T00:00:00Z') + number * dayMs).toISOString().slice(0, 19)}Z`;

export const customers: ListSeed = {
	name: 'Customers',
	displayName: 'Customers',
	description: 'Whom projects are for',
	columns: () => [title, column('City', 'text')],
	count: customerNames.length,
	values: (id) => ({ Title: customerNames[id - 1]!, City: ['Berlin', 'Paris', 'Rome'][id % 3]! }),
};

/** A column of every common kind. */
export const projects: ListSeed = {
	name: 'Projects',
	displayName: 'Projects',
	description: 'A column of every kind',
	columns: (idOf) => {
		const lookup = { listId: idOf('Customers'), columnName: 'Title' };
		return [
			title,
			column('Code', 'text', { indexed: true, unique: true, maxLength: 40, description: 'The key of a project' }),
			column('Project_x0020_Region', 'text', { displayName: 'Project Region' }),
			column('Notes', 'note'),
			column('Hours', 'number', { indexed: true }),
			column('Budget', 'currency'),
			column('Due', 'dateOnly', { indexed: true }),
			column('Kickoff', 'dateTime'),
			column('Active', 'boolean'),
			column('Status', 'choice', { choices: states, defaultValue: 'Open' }),
			column('Tags', 'multiChoice', { choices: tags }),
			column('Owner', 'person', { displayName: 'Project Owner' }),
			column('Team', 'multiPerson'),
			column('Customer', 'lookup', { lookup, indexed: true }),
			column('Partners', 'multiLookup', { lookup }),
			column('Website', 'url'),
			column('Total', 'calculated', { formula: { text: '=Hours*Budget', factors: ['Hours', 'Budget'] } }),
		];
	},
	count: 12,
	values: (id, owner) => ({
		Title: `${owner} project ${id}`,
		Code: `${owner}-${id}`,
		Project_x0020_Region: ['North', 'South'][id % 2]!,
		Notes: `Line one of ${id}\nLine "two"`,
		Hours: id * 10,
		Budget: id * 1000.5,
		Due: day(id),
		Kickoff: `${day(-id).slice(0, 11)}09:30:00Z`,
		Active: id % 2 === 1,
		Status: states[id % 3]!,
		Tags: id % 3 === 0 ? tags.slice(0, 2) : [tags[id % 3]!],
		Owner: siteUserNamed(['alice', 'bob', 'carol'][id % 3]!).id,
		Team: [siteUserNamed('alice').id, siteUserNamed('bob').id],
		Customer: (id % customerNames.length) + 1,
		Partners: [1, (id % 3) + 2],
		Website: { Url: `https://project-${id}.example/`, Description: `Project ${id}` },
	}),
};

export const invoices: ListSeed = {
	name: 'Invoices',
	displayName: 'Invoices',
	description: 'What is owed',
	columns: () => [title, column('Number', 'text', { indexed: true, unique: true }), column('Amount', 'currency'), column('Paid', 'boolean')],
	count: 5,
	values: (id) => ({ Title: `Invoice ${id}`, Number: `INV-${String(id).padStart(4, '0')}`, Amount: id * 99.5, Paid: id % 2 === 0 }),
};

/** As many as the setting says, made when they are asked for. */
export const readings: ListSeed = {
	name: 'Readings',
	displayName: 'Readings',
	description: 'A long list',
	columns: () => [title, column('Sensor', 'text', { indexed: true }), column('Value', 'number'), column('Taken', 'dateTime', { indexed: true }), column('Comment', 'note')],
	count: 'readings',
	values: (id) => ({ Title: `Reading ${id}`, Sensor: `sensor-${id % 50}`, Value: Math.round(Math.sin(id) * 10_000) / 100, Taken: `${new Date(Date.parse('2026-01-01T00:00:00Z') + (id % 1_000_000) * 60_000).toISOString().slice(0, 19)}Z`, ...(id % 10 === 0 && { Comment: `"Quoted" ${id}` }) }),
};

export const hiddenTasks: ListSeed = { name: 'WorkflowTasks', displayName: 'Workflow Tasks', description: '', hidden: true, columns: () => [title], count: 1, values: () => ({ Title: 'Approve' }) };

export const userList: ListSeed = {
	name: 'users',
	displayName: 'User Information List',
	description: 'All people.',
	hidden: true,
	isSystem: true,
	columns: () => [title, column('EMail', 'text'), column('Name', 'text', { displayName: 'Account' })],
	count: 0,
	values: () => ({}),
};
