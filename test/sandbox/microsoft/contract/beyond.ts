// What Microsoft documents, and the description at hand (a part of Graph v1.0, October 2024) leaves out. Each line has
// its page; everything else that is not in the description is a violation.

/** Properties by schema (without `microsoft.graph.`): mostly relations, which the description lists as paths only. */
export const propertiesBeyond: Readonly<Record<string, readonly string[]>> = {
	// https://learn.microsoft.com/en-us/graph/api/resources/list#relationships
	list: ['columns', 'contentTypes', 'drive', 'items'],
	// https://learn.microsoft.com/en-us/graph/api/resources/listitem, and `deleted` of its properties
	listItem: ['driveItem', 'versions', 'deleted'],
	// https://learn.microsoft.com/en-us/graph/api/resources/driveitem#relationships
	driveItem: ['children', 'listItem', 'permissions', 'thumbnails', 'versions'],
	// https://learn.microsoft.com/en-us/graph/api/resources/searchhit#relationships
	searchHit: ['resource'],
	// https://learn.microsoft.com/en-us/graph/api/listitem-get: its answers have the e-mail address of people
	identity: ['email'],
};

/** Schemas whose properties are a list's own columns, or whatever the service wants to tell. */
export const openSchemas: readonly string[] = ['fieldValueSet', 'ODataErrors.InnerError'];

export interface OperationBeyond {
	readonly method: string;
	/** As in the description; what stands in braces is one segment. */
	readonly path: string;
	readonly query?: readonly string[];
	readonly hasBody?: boolean;
}

export const operationsBeyond: readonly OperationBeyond[] = [
	// https://learn.microsoft.com/en-us/graph/api/driveitemversion-restore
	{ method: 'POST', path: '/v1.0/drives/{drive-id}/items/{driveItem-id}/versions/{driveItemVersion-id}/restoreVersion' },
	// https://learn.microsoft.com/en-us/graph/api/permission-delete
	{ method: 'DELETE', path: '/v1.0/drives/{drive-id}/items/{driveItem-id}/permissions/{permission-id}' },
	// https://learn.microsoft.com/en-us/graph/api/user-get
	{ method: 'GET', path: '/v1.0/me', query: ['$select', '$expand'] },
	// https://learn.microsoft.com/en-us/graph/api/user-list
	{ method: 'GET', path: '/v1.0/users', query: ['$top', '$select', '$filter', '$orderby', '$search', '$count', '$expand'] },
	{ method: 'GET', path: '/v1.0/users/{user-id}', query: ['$select', '$expand'] },
];

/** Query options of whole families of requests: pages, changes, and names that are taken. */
export function queryBeyond(method: string, path: string): readonly string[] {
	// Of the addresses that the service hands out itself.
	const pages = method === 'GET' ? ['$skiptoken'] : [];
	// https://learn.microsoft.com/en-us/graph/api/listitem-delta, …/driveitem-delta
	const changes = path.endsWith('/delta') ? ['token', '$deltatoken'] : [];
	// https://learn.microsoft.com/en-us/graph/api/driveitem-put-content
	const conflicts = ['PUT', 'POST', 'PATCH'].includes(method) && path.includes('/drives/') ? ['@microsoft.graph.conflictBehavior'] : [];
	return [...pages, ...changes, ...conflicts];
}
