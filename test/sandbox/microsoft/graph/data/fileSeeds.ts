// What lies in the libraries.
import type { Site } from '../sites/site';

export function fileSeeds({ path, members: [owner = 'integration'] }: Site, library: string): ReadonlyArray<{ path: string; text: string }> {
	if (path === '' || path.startsWith('/sites/archive-')) return [];
	if (library !== 'Shared Documents') return [{ path: 'old.txt', text: 'archived' }];
	return [
		{ path: 'readme.txt', text: `Files of ${path}` },
		{ path: `Reports/2026/${owner} report.csv`, text: 'a;b\n1;2\n' },
		{ path: 'Reports/summary.txt', text: 'In short' },
		{ path: 'Odd names/O\'Neill 100% #1 🚀.txt', text: 'odd' },
	];
}
