import { readFlowsToRun, RUN_PARAMETERS } from '../../nodes/ConnectedAppsTrigger/runParameters';

const read = (...flow: Record<string, unknown>[]) => readFlowsToRun({ getNodeParameter: (name) => (name === 'flowsToRun' ? { flow } : undefined) });
const url = 'https://n8n.example.com/webhook/report';

describe('Flows to Run of the Connected Apps Trigger', () => {
	it('is read as it was entered, without what is empty', () => {
		expect(read({ name: ' My report ', description: '', url: ` ${url} `, audience: '' }, { name: 'Second', description: 'More', url: 'http://localhost:5678/webhook/b?c=d', audience: 'n8n-flows' })).toEqual([
			{ name: 'My report', url },
			{ name: 'Second', description: 'More', url: 'http://localhost:5678/webhook/b?c=d', audience: 'n8n-flows' },
		]);
		expect(readFlowsToRun({ getNodeParameter: (_name, fallback) => fallback })).toEqual([]);
	});

	it.each<[string, Record<string, unknown>, RegExp]>([
		['no name', { name: '  ', url }, /"Name" of "Flows to Run" \(entry 2\) is empty/],
		['a name that is a text', { name: 'x'.repeat(101), url }, /"Name".*longer than 100/],
		['a description that is a page', { name: 'a', url, description: 'x'.repeat(301) }, /"Description".*entry 2, "a".*longer than 300/],
		['no address', { name: 'a', url: '' }, /"Webhook Address".*entry 2, "a".*is empty/],
		['a path', { name: 'a', url: '/webhook/report' }, /no whole address/],
		['plain http to another machine', { name: 'a', url: 'http://n8n.example.com/webhook/report' }, /begin with https/],
		['plain http to a machine nearby', { name: 'a', url: 'http://192.168.0.1/webhook/report' }, /begin with https/],
		['a script', { name: 'a', url: 'javascript:alert(1)' }, /begin with https/],
		['a password', { name: 'a', url: 'https://a:b@n8n.example.com/x' }, /user name, a password/],
		['a fragment', { name: 'a', url: `${url}#x` }, /#fragment/],
		['a host that would write the page’s policy', { name: 'a', url: "https://a;form-action'*.example.com/x" }, /no whole address/],
		['a space', { name: 'a', url: 'https://n8n.example.com/a b' }, /no whole address/],
		['the address for tests', { name: 'a', url: 'https://n8n.example.com/webhook-test/report' }, /for tests/],
		['the name of another', { name: 'First', url }, /"Name" of "Flows to Run" \(entry 2, "First"\) is that of another entry/],
		['what is no text', { name: 'a', url: 7 }, /is empty/],
	])('S20 is refused with %s, naming field and entry', (_what, entry, message) => {
		expect(() => read({ name: 'First', url }, entry)).toThrow(expect.objectContaining({ code: 'settingInvalid', message: expect.stringMatching(message), details: expect.objectContaining({ advice: expect.any(String) }) }));
	});

	it('has an end', () => {
		const many = Array.from({ length: 51 }, (_, index) => ({ name: `Flow ${index}`, url }));
		expect(read(...many.slice(1))).toHaveLength(50);
		expect(() => read(...many)).toThrow(/51 entries/);
	});

	it('takes no expression: it is read when the workflow is published', () => {
		const [field] = RUN_PARAMETERS;
		const values = field?.options?.flatMap((option) => ('values' in option ? option.values : [])) ?? [];
		expect(values.map(({ name, noDataExpression }) => [name, noDataExpression])).toEqual([['name', true], ['description', true], ['url', true], ['audience', true]]);
	});
});
