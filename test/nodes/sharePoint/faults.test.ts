// What the played Graph puts in the node's way, and what becomes of it.
import type { INodeExecutionData } from 'n8n-workflow';

import { dayIn, timeOf } from '../../../nodes/SharePoint/actions/item/zonedTime';
import { graphFaults } from '../../sandbox/microsoft/graph/faultBodies';
import { useSharePoint } from './sharePointNode';

const UNIT = 320 * 1024;
const MEGABYTE = 1024 * 1024;
const inItem = (text: string, fileName = 'note.txt'): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName } } });
const keptOutside: INodeExecutionData = { json: {}, binary: { data: { data: 'filesystem', id: 'filesystem:1', mimeType: 'application/octet-stream', fileName: 'big.bin' } } };

describe('uploads', () => {
	const sharePoint = useSharePoint({ resource: 'file', operation: 'upload', site: '/sites/alice-projects' });
	const { rows, failure } = sharePoint;
	const large = (size: number) => ({ items: [keptOutside], kept: { size } });

	it('of nothing, and of just so many pieces, come whole', async () => {
		expect(await rows({ fileName: 'empty.txt' }, { items: [inItem('')] })).toEqual([expect.objectContaining({ name: 'empty.txt', size: 0 })]);
		for (const size of [16 * UNIT, 32 * UNIT, 64 * UNIT]) expect(await rows({ fileName: `exact ${size}.bin` }, large(size))).toEqual([expect.objectContaining({ size })]);
	});

	it('whose last answer was lost are found, also where a file of the same length is replaced', async () => {
		const size = 12 * MEGABYTE;
		const [first] = await rows({ fileName: 'twice.bin' }, large(size));
		const fault = { match: { pathIncludes: 'uploadSession', method: 'PUT' } };
		await sharePoint.fault({ ...fault, kind: 'delay' });
		await sharePoint.fault({ ...fault, kind: 'dropAfterCommit' });
		const [second] = await rows({ fileName: 'twice.bin', conflict: 'replace' }, large(size));
		expect([second!.id, second!.size, second!.etag === first!.etag]).toEqual([first!.id, size, false]);
	});

	it('whose session has run out do not take the earlier file for the new one', async () => {
		const size = 12 * MEGABYTE;
		await rows({ fileName: 'same.bin' }, large(size));
		await sharePoint.settings({ graphUploadSessionSeconds: 0 });
		const error = await failure({ fileName: 'same.bin', conflict: 'replace' }, large(size));
		expect(error.message).toMatch(/upload of the file "same\.bin" took too long: SharePoint Online has given up after 0 of 12582912 bytes/);
		await sharePoint.fault({ match: { pathIncludes: 'uploadSession', method: 'PUT' }, kind: 'breakRequest', bytes: 1 });
		expect((await failure({ fileName: 'same.bin', conflict: 'replace' }, large(size))).message).toMatch(/without telling of a file/);
	});

	it('go on where the session was still busy with a broken piece', async () => {
		await sharePoint.fault({ match: { pathIncludes: 'uploadSession', method: 'PUT' }, kind: 'status', status: 409, body: { error: { code: 'conflict', message: 'Locked', innererror: { code: 'lockMismatch' } } } });
		expect(await rows({ fileName: 'locked.bin' }, large(12 * MEGABYTE))).toEqual([expect.objectContaining({ size: 12 * MEGABYTE })]);
	});

	it('that have no room, too long a path or a name that is refused say so', async () => {
		await sharePoint.fault({ match: { method: 'PUT' }, ...graphFaults.quotaLimitReached });
		const full = await failure({}, { items: [inItem('x')] });
		expect([full.message, full.description]).toEqual(['quotaLimitReached: There is no room left for the file "note.txt"', expect.stringMatching(/recycle bin/)]);
		expect((await failure({ fileName: `${'n'.repeat(400)}.txt` }, { items: [inItem('x')] })).message).toMatch(/too long: SharePoint takes 400 characters in all/);
	});

	it('take names and folders with odd characters', async () => {
		const [folder] = await rows({ resource: 'folder', operation: 'create', folder: '/', folderName: "50% 'of' #1 🚀" });
		const [file] = await rows({ folder: folder!.path, fileName: "100% 'of' #2 🚀.txt" }, { items: [inItem('x')] });
		expect(file!.path).toBe("/50% 'of' #1 🚀/100% 'of' #2 🚀.txt");
	});
});

describe('copies', () => {
	const sharePoint = useSharePoint({ resource: 'file', operation: 'copy', site: '/sites/alice-projects', file: '/readme.txt' });
	const { rows } = sharePoint;

	it('go to another site, also while looking after them fails for a while', async () => {
		await sharePoint.fault({ match: { pathIncludes: '/monitor/' }, kind: 'status', status: 503, times: 2 });
		const [copied] = await rows({ targetSite: '/sites/everyone', newName: 'from alice.txt' });
		expect((await rows({ operation: 'get', site: '/sites/everyone', file: '/from alice.txt' }))[0]!.id).toBe(copied!.id);
	});

});

describe('calls', () => {
	const sharePoint = useSharePoint({ resource: 'item', operation: 'get', site: '/sites/alice-projects', list: 'Projects', itemId: '2' });
	const { rows, failure } = sharePoint;
	const throttled = (headers: Record<string, string>, status = 429) => ({ match: { pathIncludes: '/items/2' }, kind: 'status', status, headers, body: { error: { code: 'activityLimitReached', message: 'The app or user has been throttled.' } } });

	it('wait until the date that Graph names', async () => {
		await sharePoint.fault(throttled({ 'retry-after': new Date(Date.now() + 1_500).toUTCString() }));
		expect(await rows({})).toHaveLength(1);
	});

	it('that are to wait too long fail, and say how long', async () => {
		await sharePoint.fault(throttled({ 'retry-after': '120' }));
		const error = await failure({});
		expect([error.message, error.description, error.httpCode]).toEqual(['activityLimitReached: SharePoint Online is throttling the app or the person', expect.stringMatching(/Microsoft asks to wait 120 seconds/), '429']);
	});

	it('give up after five times, in words', async () => {
		await sharePoint.fault({ ...throttled({ 'retry-after': '0' }, 503), body: { error: { code: 'serviceNotAvailable', message: 'The service is not available.' } }, times: 5 });
		expect((await failure({})).message).toBe('serviceNotAvailable: SharePoint Online is not available at the moment');
		expect((await sharePoint.api()).filter(({ status }) => status === 503)).toHaveLength(5);
	});

	it('bear the name that the organisation chose; what no header can hold is refused', async () => {
		await rows({ options: { userAgent: 'NONISV|Contoso|Invoices/1.0' } });
		expect(new Set(((await sharePoint.api()) as unknown as { userAgent?: string }[]).map(({ userAgent }) => userAgent))).toEqual(new Set(['NONISV|Contoso|Invoices/1.0']));
		expect((await failure({ options: { userAgent: 'NONISV|Bücher\n|x' } })).message).toMatch(/"User Agent" holds characters/);
	});
});

describe('permissions', () => {
	const sharePoint = useSharePoint({ resource: 'file', operation: 'upload', site: '/sites/everyone', fileName: 'by right.txt', conflict: 'replace' });
	const { world, raw, rows, failure } = sharePoint;
	/** Entra's tokens hold everything that a person has ever consented to for the app: each test takes a person and an app of its own. */
	const connectedWith = async (person: string, app: 'confidential' | 'public', ...scopes: string[]) => {
		const { clientId } = world.sandbox.microsoft.clients[app];
		const settings = { ...raw(), connectionName: 'least', clientId, scopes, ...(app === 'public' && { clientSecret: '', clientAuthentication: 'none', connectionKey: 'canary-connection-key' }) };
		await world.walk(await world.offer(settings, 'sharePointOnlineUserLoginOAuth2Api'), person);
		return { user: `${person}@example.com`, run: { credential: settings, items: [inItem('x')] } };
	};

	it('on files alone do for files: nobody is asked for sites', async () => {
		const library = (await rows({ operation: 'getLibraries', returnAll: true })).find(({ title }) => title === 'Documents')!.id;
		const { user, run } = await connectedWith('carol', 'confidential', 'User.Read', 'Files.ReadWrite.All');
		expect(await rows({ user, library }, run)).toEqual([expect.objectContaining({ name: 'by right.txt' })]);
		expect(await rows({ user, library, operation: 'download', file: '/by right.txt' }, run)).toHaveLength(1);
		expect((await failure({ user, resource: 'list', operation: 'getMany' }, run)).message).toMatch(/has not consented to all .*\(Sites\.Read\.All\)/);
	});

	it('on selected sites are the admin’s choice: the others are refused in words', async () => {
		await sharePoint.settings({ graphSelectedSites: ['/sites/everyone'] });
		const { user, run } = await connectedWith('carol', 'public', 'User.Read', 'Sites.Selected');
		// By its address: a path begins at the root site, which is not among the chosen ones.
		expect(await rows({ user, site: 'https://127.0.0.1/sites/everyone' }, run)).toEqual([expect.objectContaining({ name: 'by right.txt' })]);
		expect((await failure({ user, site: 'https://127.0.0.1/sites/carol-lab' }, run)).message).toMatch(/^accessDenied: carol@example\.com may not do this/);
	});

	it('to read are not enough to write: the person is asked for just that', async () => {
		const { user, run } = await connectedWith('alice', 'public', 'User.Read', 'Sites.Read.All');
		expect((await failure({ user }, run)).message).toMatch(/has not consented to all .*\(Files\.ReadWrite\.All\)/);
		expect((await failure({ user, resource: 'item', operation: 'delete', list: 'Projects', itemId: '1' }, run)).message).toMatch(/\(Sites\.ReadWrite\.All\)/);
	});
});

describe('times without a time zone', () => {
	it.each([
		['2026-01-31T09:30:00', 'Europe/Berlin', '2026-01-31T08:30:00.000Z'],
		['2026-07-31 09:30', 'America/New_York', '2026-07-31T13:30:00.000Z'],
		['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
		['2026-01-31T09:30:00+05:30', 'Europe/Berlin', '2026-01-31T04:00:00.000Z'],
	])('%s in %s is %s', (text, zone, iso) => expect(new Date(timeOf(text, zone)).toISOString()).toBe(iso));

	it('days are those of the zone', () => expect([dayIn(Date.parse('2026-01-31T23:30:00Z'), 'Europe/Berlin'), Number.isNaN(timeOf('soon', 'UTC'))]).toEqual(['2026-02-01', true]));
});
