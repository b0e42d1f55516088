// Which sites there are, and whose they are.

export interface SiteSeed {
	readonly path: string;
	readonly parentPath?: string;
	readonly displayName: string;
	readonly description: string;
	readonly members: readonly string[];
	readonly visitors: readonly string[];
	readonly has: ReadonlyArray<'projects' | 'invoices' | 'readings' | 'archive'>;
}

const everybody = ['alice', 'bob', 'carol'];

export const siteSeeds: readonly SiteSeed[] = [
	{ path: '', displayName: 'Contoso Home', description: 'The front page', members: ['integration'], visitors: everybody, has: [] },
	{ path: '/sites/everyone', displayName: 'Everyone', description: 'Shared by everybody', members: everybody, visitors: [], has: ['projects', 'readings', 'archive'] },
	{ path: '/sites/alice-projects', displayName: 'Alice Projects', description: 'Projects of Alice', members: ['alice'], visitors: [], has: ['projects'] },
	{ path: '/sites/alice-projects/design', parentPath: '/sites/alice-projects', displayName: 'Design', description: 'Below Alice Projects', members: ['alice'], visitors: [], has: [] },
	{ path: '/sites/bob-finance', displayName: 'Bob Finance', description: 'Invoices of Bob', members: ['bob'], visitors: [], has: ['projects', 'invoices'] },
	{ path: '/sites/carol-lab', displayName: 'Carol Lab', description: 'Experiments of Carol', members: ['carol'], visitors: [], has: ['projects'] },
	// Carol reads here and writes nothing.
	{ path: '/sites/marketing', displayName: 'Marketing', description: 'Alice writes, Carol reads', members: ['alice'], visitors: ['carol'], has: ['projects'] },
	// Enough for several pages of a picker.
	...Array.from({ length: 30 }, (_, index): SiteSeed => {
		const number = String(index + 1).padStart(2, '0');
		return { path: `/sites/archive-${number}`, displayName: `Archive ${number}`, description: 'Closed', members: [], visitors: ['alice'], has: [] };
	}),
];
