import { startGraphWorld, type GraphWorld } from './graphWorld';

let graph: GraphWorld;
beforeAll(async () => {
	graph = await startGraphWorld();
});
afterAll(async () => graph.close());
beforeEach(() => graph.set());

const names = (answer: { body: { value: Array<{ displayName: string }> } }): string[] => answer.body.value.map(({ displayName }) => displayName);

describe('sites', () => {
	test('are those that a person may see, and all for the service account and for an app', async () => {
		expect(names(await graph.call('alice', '/sites?search=*&$top=7'))).toEqual(['Contoso Home', 'Everyone', 'Alice Projects', 'Design', 'Marketing', 'Archive 01', 'Archive 02']);
		expect(names(await graph.call('bob', '/sites?search=*'))).toEqual(['Contoso Home', 'Everyone', 'Bob Finance']);
		expect(names(await graph.call('carol', '/sites?search=*'))).toEqual(['Contoso Home', 'Everyone', 'Carol Lab', 'Marketing']);
		expect(names(await graph.call('integration', '/sites?search=*'))).toHaveLength(37);
		expect(names(await graph.call('app', '/sites?search=*'))).toHaveLength(37);
		expect(names(await graph.call('mallory', '/sites?search=*'))).toEqual([]);
	});
});
