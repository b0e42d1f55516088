import { changedMetadata, type ReportChanges } from '../../../nodes/SalesforceRetrieveData/actions/report/changes';
import { flattenReport, type FlattenOptions } from '../../../nodes/SalesforceRetrieveData/actions/report/flatten';
import type { ReportDescription, ReportResult } from '../../../nodes/SalesforceRetrieveData/actions/report/result';
import matrix from './fixtures/reportMatrix.json';
import summary from './fixtures/reportSummary.json';
import tabular from './fixtures/reportTabular.json';

const rows = (result: unknown, options: Partial<FlattenOptions> = {}) => flattenReport(result as ReportResult, { output: 'automatic', columnKeys: 'label', cells: 'typed', subtotals: false, ...options });

describe('the rows of a report', () => {
	it('of a tabular one are its rows: numbers and dates typed, links by their names, empty cells null', () => {
		expect(rows(tabular)).toEqual([
			expect.objectContaining({ 'Opportunity Name': 'Acme - 200 Widgets', Amount: 16000.01, 'Probability (%)': 60, Age: 12, 'Created Date': '2015-07-31', 'Opportunity Owner': 'Fred Wiliamson', 'Owner Role': null }),
		]);
	});

	it('of a summary one carry their groups as columns, in the order of the groups', () => {
		const found = rows(summary);
		expect(found.map((row) => row['Name (OPPORTUNITY_NAME)'])).toEqual(['Widgets', 'Gadgets', 'Orphan']);
		expect(found[0]).toEqual({ 'Account Name': 'Acme', 'Close Date (Month)': '2026-07-01', Stage: 'Early', 'Name (OPPORTUNITY_NAME)': 'Widgets', 'Name (FULL_NAME)': 'Fred Wiliamson', Amount: 20, 'Close Date': '2026-07-01', Won: true });
		expect(found[2]).toMatchObject({ 'Account Name': null, 'Close Date (Month)': '2026-08-01', 'Close Date': null, Won: false });
	});

	it('have the report’s own names, where they are wanted', () => {
		expect(Object.keys(rows(summary, { columnKeys: 'name' })[0]!)).toEqual(['ACCOUNT_NAME', 'CLOSE_DATE (Month)', 'BucketField_36625466', 'OPPORTUNITY_NAME', 'FULL_NAME', 'AMOUNT', 'CLOSE_DATE', 'WON']);
	});

	it.each([
		['label', '€20.00', 'Widgets', 'July 2026', 'true'],
		['value', 20, '006R00000023IDYIA2', '2026-07-01', true],
		['both', { value: 20, label: '€20.00', currency: 'EUR' }, { value: '006R00000023IDYIA2', label: 'Widgets' }, { value: '2026-07-01', label: 'July 2026' }, { value: true, label: 'true' }],
	] as const)('come as %s', (cells, amount, name, month, won) => {
		expect(rows(summary, { cells })[0]).toMatchObject({ Amount: amount, 'Name (OPPORTUNITY_NAME)': name, 'Close Date (Month)': month, Won: won });
	});

	it.each(['label', 'value', 'typed'] as const)('are null where the report has nothing, also as %s', (cells) => {
		expect(rows(summary, { cells })[2]).toMatchObject({ 'Account Name': null, 'Close Date': null });
	});

	it('of a matrix carry the groups of both sides', () => {
		const found = rows(matrix, { output: 'details' });
		expect(found).toContainEqual({ Supervisor: 'Supervisor1', Worker: 'Worker1', Product: 'Product', 'Delivery Day': 'DeliveryDay3', label: 1 });
		expect(found).toHaveLength(Object.values(matrix.factMap).reduce((sum, fact) => sum + fact.rows.length, 0));
	});
});

describe('the totals of a report', () => {
	it('are one row for each cell of a matrix', () => {
		const found = rows(matrix);
		// 2 supervisors with 2 workers each, 1 product with 3 days.
		expect(found).toHaveLength(12);
		expect(found[0]).toEqual({ Supervisor: 'Supervisor1', Worker: 'Worker1', Product: 'Product', 'Delivery Day': 'DeliveryDay1', 'Row Sum': matrix.factMap['0_0!0_0'].aggregates[0]!.value });
		expect(found.find((row) => row.Worker === 'Worker3' && row['Delivery Day'] === 'DeliveryDay2')).toMatchObject({ Supervisor: 'Supervisor2', 'Row Sum': 2 });
	});

	it('of a summary report are one row for each innermost group', () => {
		expect(rows(summary, { output: 'summaries' })).toEqual([
			{ 'Account Name': 'Acme', 'Close Date (Month)': '2026-07-01', Stage: 'Early', 'Sum of Amount': 20, 'Record Count': 1 },
			{ 'Account Name': 'Acme', 'Close Date (Month)': '2026-07-01', Stage: 'Late', 'Sum of Amount': 30, 'Record Count': 1 },
			{ 'Account Name': null, 'Close Date (Month)': '2026-08-01', Stage: 'Early', 'Sum of Amount': 10, 'Record Count': 1 },
		]);
	});

	it('come for the outer groups and for all, where they are wanted, and say what they are', () => {
		const found = rows(summary, { output: 'summaries', subtotals: true });
		expect(found).toHaveLength(Object.keys(summary.factMap).length);
		expect(found.map(({ rowType }) => rowType)).toEqual(['grandTotal', 'subtotal', 'subtotal', 'group', 'group', 'subtotal', 'subtotal', 'group']);
		expect(found[0]).toEqual({ 'Account Name': null, 'Close Date (Month)': null, Stage: null, 'Sum of Amount': 60, 'Record Count': 3, rowType: 'grandTotal' });
		expect(found[1]).toMatchObject({ 'Account Name': 'Acme', 'Close Date (Month)': null, 'Sum of Amount': 50 });
	});

	it('of a tabular report are one row', () => {
		expect(rows(tabular, { output: 'summaries' })).toEqual([expect.objectContaining({ 'Sum of Amount': 16000.01 })]);
	});

	it('are what a report without rows gives by itself', () => {
		expect(rows({ ...summary, hasDetailRows: false })).toHaveLength(3);
	});

	it('come in the order of the groups, the tenth after the second', () => {
		const keys = Array.from({ length: 12 }, (_, index) => String(index));
		const groupings = keys.map((key) => ({ key, label: `Group ${key}`, value: key, groupings: [] }));
		const factMap = Object.fromEntries([...keys].sort().map((key) => [`${key}!T`, { aggregates: [{ label: key, value: Number(key) }], rows: [] }]));
		const found = rows({ ...summary, factMap, groupingsDown: { groupings } }, { output: 'summaries' });
		expect(found.map((row) => row['Sum of Amount'])).toEqual(keys.map(Number));
	});
});

describe('the names of columns', () => {
	const withColumns = (detailColumns: string[], labels: Record<string, string>) => ({
		...tabular,
		factMap: { 'T!T': { aggregates: [], rows: [{ dataCells: detailColumns.map((name) => ({ label: name, value: name })) }] } },
		reportMetadata: { ...tabular.reportMetadata, groupingsDown: [], groupingsAcross: [], detailColumns },
		reportExtendedMetadata: { detailColumnInfo: Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, { label, dataType: 'string' }])) },
	});

	it('that are the same keep apart, and no value is lost', () => {
		expect(rows(withColumns(['A', 'B', 'C'], { A: 'Name', B: 'Name', C: 'Other' }))).toEqual([{ 'Name (A)': 'A', 'Name (B)': 'B', Other: 'C' }]);
		expect(rows(withColumns(['A', 'B', 'C'], { A: 'Name', B: 'Name', C: 'Name (A)' }))).toEqual([{ 'Name (A)': 'A', 'Name (B)': 'B', 'Name (A) 2': 'C' }]);
	});

	it('are the report’s own where it has no label', () => {
		expect(rows(withColumns(['A'], {}))).toEqual([{ A: 'A' }]);
	});
});

describe('the changes of a run', () => {
	const description: ReportDescription = {
		reportMetadata: summary.reportMetadata,
		reportExtendedMetadata: summary.reportExtendedMetadata,
		reportTypeMetadata: { categories: [{ columns: { SALES: { label: 'Annual Revenue', dataType: 'currency' }, TYPE: { label: 'Type', dataType: 'picklist' }, OTHER_TYPE: { label: 'Type', dataType: 'picklist' } } }] },
	};
	const changed = (changes: Partial<ReportChanges>) => changedMetadata(description, { filters: [], ownFilters: 'keep', filterLogic: '', scope: '', ...changes });
	const filter = (column: string, value = 'x') => ({ column, operator: 'equals', value });
	const own = description.reportMetadata.reportFilters!;

	it('add filters to the report’s own, or take their place', () => {
		expect(changed({ filters: [filter('SALES')] })).toMatchObject({ reportFilters: [...own, filter('SALES')], reportBooleanFilter: null, name: 'Deals' });
		expect(changed({ filters: [filter('SALES')], ownFilters: 'replace' })).toMatchObject({ reportFilters: [filter('SALES')], reportBooleanFilter: null });
		expect(changed({ ownFilters: 'replace' })).toMatchObject({ reportFilters: [], reportBooleanFilter: null });
	});

	it.each([
		['annual revenue', 'SALES'],
		['Amount', 'AMOUNT'],
		['amount', 'AMOUNT'],
		['stage', 'BucketField_36625466'],
		['type', 'TYPE'],
	])('find the column %p as %p', (column, name) => {
		expect(changed({ filters: [filter(column)] }).reportFilters!.at(-1)!.column).toBe(name);
	});

	it('name a column that is not there, and those that are', () => {
		expect(() => changed({ filters: [filter('Nonsense')] })).toThrow(expect.objectContaining({ message: expect.stringContaining('no column "Nonsense"'), details: expect.objectContaining({ advice: expect.stringContaining('Annual Revenue (SALES)') }) }));
		expect(() => changed({ filters: [filter('Name')] })).toThrow(expect.objectContaining({ message: expect.stringContaining('Several columns'), details: expect.objectContaining({ advice: expect.stringContaining('OPPORTUNITY_NAME, FULL_NAME') }) }));
	});

	it.each([
		['', null, null],
		['1 OR 2', null, '1 AND 2 AND (3 OR 4)'],
		['', '1 OR 2', '(1 OR 2) AND 3 AND 4'],
		['NOT (1 and 2)', '1 OR 2', '(1 OR 2) AND (NOT (3 and 4))'],
	])('renumber the logic %p beside the report’s own %p: %p', (filterLogic, reportBooleanFilter, expected) => {
		const metadata = changedMetadata({ ...description, reportMetadata: { ...description.reportMetadata, reportBooleanFilter } }, { filters: [filter('SALES'), filter('TYPE')], ownFilters: 'keep', filterLogic, scope: '' });
		expect(metadata.reportBooleanFilter).toBe(expected);
	});

	it('leave the logic as it is where it is the only one', () => {
		expect(changed({ filters: [filter('SALES'), filter('TYPE')], ownFilters: 'replace', filterLogic: '(1) OR (2)' }).reportBooleanFilter).toBe('(1) OR (2)');
	});

	it.each([
		['1 XOR 2', /"XOR"/],
		['1 AND 3', /filter 3/],
		['1', /does not name filter 2/],
		['0 OR 1 OR 2', /filter 0/],
	])('refuse the logic %p', (filterLogic, message) => {
		expect(() => changed({ filters: [filter('SALES'), filter('TYPE')], filterLogic })).toThrow(message);
	});

	it('refuse more filters than Salesforce takes', () => {
		expect(() => changed({ filters: Array.from({ length: 19 }, () => filter('SALES')) })).toThrow(/20 filters .* these are 21, 2 of them/);
	});

	it('set the standard date filter and the scope', () => {
		expect(changed({ dateFilter: { durationValue: 'CUSTOM', startDate: '2026-01-01', endDate: null }, scope: 'user' })).toMatchObject({ standardDateFilter: { column: 'CLOSE_DATE', durationValue: 'CUSTOM', startDate: '2026-01-01', endDate: null }, scope: 'user' });
		expect(changed({ dateFilter: { column: 'close date', durationValue: 'TODAY' } }).standardDateFilter).toMatchObject({ column: 'CLOSE_DATE', durationValue: 'TODAY' });
	});
});
