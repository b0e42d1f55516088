import { useSalesforce } from './salesforceNode';

describe('Salesforce Retrieve Data: Object and Organization', () => {
	const { rows, failure, settings } = useSalesforce({ resource: 'object' });
	const names = async (parameters: Record<string, unknown>) => (await rows({ operation: 'list', ...parameters })).map(({ name }) => name);

	it('lists the objects that this user may see', async () => {
		expect(await names({})).toEqual(expect.arrayContaining(['Account', 'Invoice__c']));
		expect(await names({ kind: 'custom' })).toEqual(['Invoice__c', 'Reading__c']);
		expect(await names({ kind: 'standard' })).not.toContain('Invoice__c');
		await settings({ objectsHiddenFrom: { alice: ['Invoice__c'] } });
		expect(await names({ kind: 'custom' })).toEqual(['Reading__c']);
	});

	it('describes an object as this user may see it', async () => {
		const describe = { operation: 'describe', objectType: { __rl: true, mode: 'list', value: 'Invoice__c' } };
		expect(await rows(describe)).toEqual([expect.objectContaining({ name: 'Invoice__c', label: 'Invoice', fields: expect.any(Array) })]);
		const fields = await rows({ ...describe, describeOutput: 'fields' });
		expect(fields).toContainEqual(expect.objectContaining({ name: 'Margin__c', type: 'currency' }));
		expect(await rows({ ...describe, describeOutput: 'fields', user: 'bob@example.com' })).toHaveLength(fields.length - 1);
		expect(await rows({ operation: 'describe', objectType: 'Account', describeOutput: 'childRelationships' })).toContainEqual(expect.objectContaining({ childSObject: 'Contact', relationshipName: 'Contacts' }));
	});

	it('names the object that this user cannot see', async () => {
		expect((await failure({ operation: 'describe', objectType: 'Nonsense__c' })).message).toBe('NOT_FOUND: alice@example.com cannot see the object Nonsense__c, or it does not exist');
	});

	it('tells the limits, and what is used up of each', async () => {
		await settings({ apiRequestsPerDay: 1_000, apiRequestsUsed: 498 });
		const limits = { resource: 'organization', operation: 'getLimits' };
		expect(await rows(limits)).toContainEqual({ name: 'DailyApiRequests', max: 1_000, remaining: expect.any(Number), used: expect.any(Number), usedPercent: expect.any(Number) });
		expect(await rows({ ...limits, limitsOutput: 'whole' })).toEqual([expect.objectContaining({ DataStorageMB: { Max: 1_073, Remaining: 1_073 } })]);
	});

	it('tells whom Salesforce takes the calls for', async () => {
		const me = { resource: 'organization', operation: 'getCurrentUser' };
		expect(await rows(me)).toEqual([expect.objectContaining({ email: 'alice@example.com', organization_id: expect.stringMatching(/^00D/), user_id: expect.stringMatching(/^005/) })]);
		expect(await rows({ ...me, user: 'bob@example.com' })).toEqual([expect.objectContaining({ email: 'bob@example.com' })]);
	});

	it.each([
		[{ operation: 'destroy' }, /The operation "destroy" of "object" is not known/],
		[{ resource: 'constructor', operation: 'name' }, /The operation "name" of "constructor" is not known/],
		[{ operation: 'toString' }, /The operation "toString" of "object" is not known/],
	])('%p is told to be unknown', async (parameters, message) => {
		expect((await failure(parameters)).message).toMatch(message);
	});
});
