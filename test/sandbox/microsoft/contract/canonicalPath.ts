// The many documented addresses of one thing, brought into the form that the description has paths for.
// @see https://learn.microsoft.com/en-us/graph/onedrive-addressing-driveitems
// @see https://learn.microsoft.com/en-us/graph/api/site-getbypath

const rewrites: ReadonlyArray<readonly [RegExp, string]> = [
	// `/sites/{host}:/{path}:/lists` is a site by its path.
	[/^\/v1\.0\/sites\/[^/]+?:\/[^:]*(?::(?=\/|$)|$)/, '/v1.0/sites/{site-id}'],
	// A library of a site is a drive, whichever way one comes to it.
	[/^\/v1\.0\/sites\/[^/]+\/(?:drive|drives\/[^/:]+|lists\/[^/]+\/drive)(?=\/(?:root|items|search|list)(?:[/:(]|$))/, '/v1.0/drives/{drive-id}'],
	// A file or folder by its path is an item; `{…}` stands for one segment.
	[/^(\/v1\.0\/drives\/[^/]+)\/(?:root|items\/[^/:]+):\/[^:]*(?::(?=\/|$)|$)/, '$1/items/{driveItem-id}'],
];

/** @param path encoded, without the query */
export function canonicalPath(path: string): string {
	return rewrites.reduce((address, [pattern, replacement]) => address.replace(pattern, replacement), path);
}

/** The root folder is an item as any other: for what the description has of items only. */
export function rootAsItem(path: string): string {
	return path.replace(/^(\/v1\.0\/drives\/[^/]+)\/root(?=\/|$)/, '$1/items/{driveItem-id}');
}

/** Whether an encoded path is one of `template`; `{x}` is one segment, `(q='{x}')` takes quotes as they are and encoded. */
export function patternOf(template: string): RegExp {
	const parts = template.split(/(\{[^}]+\}|')/).map((part) => {
		if (part === '\'') return '(?:\'|%27)';
		return part.startsWith('{') ? '[^/]+?' : part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
	});
	return new RegExp(`^${parts.join('')}$`, 'i');
}
