import { createRowBuilder, type Columns } from '../../../nodes/SalesforceRetrieveData/transport/large/bulkColumns';
import { extendQuery, readBulkQuery, type PlainQuery } from '../../../nodes/SalesforceRetrieveData/transport/large/bulkQuery';

function plain(soql: string): PlainQuery {
	const read = readBulkQuery(soql);
	if (!('plain' in read)) throw new Error(read.obstacle);
	return read.plain;
}

describe('a query for Bulk', () => {
	it.each([
		['SELECT Id FROM Account', 'Account', ['Id']],
		[' select\n\tId ,\n Name, Owner.Name\nfrom\nContact\nwhere Name = \'x\' ', 'Contact', ['Id', 'Name', 'Owner.Name']],
		['SELECT c.Id, c.Account.Name, Contact.LastName, Account.Owner.Name FROM Contact AS c', 'Contact', ['Id', 'Account.Name', 'LastName', 'Account.Owner.Name']],
		['SELECT Id FROM Contact c WHERE c.Name LIKE \'GROUP BY%\' AND Id IN (SELECT ContactId FROM Case LIMIT 3 OFFSET 2) ORDER BY Name', 'Contact', ['Id']],
		["SELECT Id FROM Account USING SCOPE mine WHERE Name = 'it\\'s (FROM' WITH SECURITY_ENFORCED", 'Account', ['Id']],
	])('%j is understood', (soql, object, paths) => {
		expect(plain(soql)).toMatchObject({ object, paths });
		expect(plain(soql).limit).toBeUndefined();
	});

	it.each([
		['SELECT COUNT() FROM Account', /a function in SELECT \(COUNT\(\)\)/],
		['SELECT Name, toLabel(Status) FROM Case', /toLabel/],
		['SELECT FIELDS(STANDARD) FROM Case', /FIELDS/],
		['SELECT Id, (SELECT Id, Name FROM Contacts) FROM Account', /a sub-query in SELECT|a function in SELECT/],
		['SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Event', /TYPEOF/],
		['SELECT Name n FROM Account GROUP BY Name', /GROUP BY|"Name n"/],
		['SELECT Name FROM Account GROUP BY Name', /GROUP BY/],
		['SELECT Id FROM Account LIMIT 5 OFFSET 10', /OFFSET/],
		['SELECT Id FROM Account FOR VIEW', /FOR VIEW/],
		['SELECT Id FROM Account ALL ROWS', /ALL ROWS/],
		['SELECT Id FROM Contact c, c.Account a', /several objects/],
		['SELECT Id FROM Contact, Contact.Account a', /several objects/],
		['FIND {x}', /what is not SELECT/],
		['SELECT Id', /what is not SELECT/],
		['', /what is not SELECT/],
	])('%j is not for Bulk, and it says why', (soql, obstacle) => {
		expect(readBulkQuery(soql)).toEqual({ obstacle: expect.stringMatching(obstacle) });
	});

	it('is extended behind its fields, and by a limit where it has none', () => {
		expect(extendQuery(plain("SELECT Account.Name FROM Contact WHERE Name = 'FROM'"), ['Account.Id', 'Id'], 7)).toBe("SELECT Account.Name, Account.Id, Id FROM Contact WHERE Name = 'FROM' LIMIT 7");
		expect(extendQuery(plain('SELECT Id FROM Contact LIMIT 5'), [], 7)).toBe('SELECT Id FROM Contact LIMIT 5');
		expect(extendQuery(plain('SELECT Id FROM Contact'), [], Number.POSITIVE_INFINITY)).toBe('SELECT Id FROM Contact');
		expect(plain('SELECT Id FROM Contact WHERE Name = \'LIMIT 3\' limit 12').limit).toBe(12);
	});
});

describe('a reference to several objects', () => {
	const columns: Columns = {
		columns: new Map([
			['owner.isactive', { path: ['Owner', 'IsActive'], type: 'boolean' }],
			['owner.name', { path: ['Owner', 'Name'], type: 'string' }],
		]),
		places: new Map([
			['', { objectType: 'Case' }],
			['owner', {}],
		]),
		more: ['Id', 'Owner.Id', 'Owner.Type'],
	};
	const header = ['Owner.IsActive', 'Owner.Name', 'Id', 'Owner.Id', 'Owner.Type'];

	it('takes the type of each parent from its row', () => {
		const build = createRowBuilder(header, columns, '/services/data/v62.0');
		expect(build(['true', '', '5001', '00G1', 'Group'])).toEqual({
			attributes: { type: 'Case', url: '/services/data/v62.0/sobjects/Case/5001' },
			Owner: { attributes: { type: 'Group', url: '/services/data/v62.0/sobjects/Group/00G1' }, IsActive: true, Name: null },
		});
	});

	it('shows nothing of what was asked for besides', () => {
		const build = createRowBuilder(header, columns);
		expect(build(['', 'Queue', '5001', '00G1', 'Group'])).toEqual({ Owner: { IsActive: null, Name: 'Queue' } });
		expect(build(['', '', '5001', '', ''])).toEqual({ Owner: null });
	});
});
