// Links to share a file by, and who may do what with it.
// @see https://learn.microsoft.com/en-us/graph/api/driveitem-createlink
import { json, Router } from 'express';
import { collection } from '../collection';
import type { GraphContext } from '../context';
import { invalidRequest, itemNotFound } from '../errors';
import { guidOf } from '../ids';
import { nodeAt } from './address';
import { ownerPermissionBody, permissionBody } from './bodies';
import type { Permission } from './node';

export function sharingRoutes(context: GraphContext): Router {
	const { graphUrl } = context;
	return Router()
		.post('/driveItem/createLink', json(), (request, response) => {
			const { drive, node } = nodeAt(request);
			const sent = (request.body ?? {}) as { type?: string; scope?: string; password?: string; expirationDateTime?: string };
			const { type = 'view', scope = 'organization' } = sent;
			if (!['view', 'edit', 'blocksDownload', 'embed'].includes(type)) throw invalidRequest(`'${type}' is not a valid link type.`, 'invalidParameterFormat');
			// OneDrive personal has embed links, business has none.
			if (type === 'embed') throw invalidRequest('The link type is not supported.', 'notSupported');
			if (!['anonymous', 'organization', 'users'].includes(scope)) throw invalidRequest(`'${scope}' is not a valid link scope.`, 'invalidParameterFormat');
			if (sent.expirationDateTime !== undefined && !(Date.parse(sent.expirationDateTime) > Date.now())) throw invalidRequest('The expiration date is not in the future.', 'invalidParameterFormat');
			const there = node.permissions.find(({ link, hasPassword }) => link.type === type && link.scope === scope && hasPassword === (sent.password !== undefined));
			const id = guidOf(`${node.id} ${type} ${scope} ${sent.password !== undefined}`);
			const permission: Permission = there ?? {
				id,
				roles: [type === 'edit' ? 'write' : 'read'],
				link: { type, scope, webUrl: `${drive.list.site.webUrl}/:${node.content ? 'u' : 'f'}:/s/${id.replaceAll('-', '')}`, preventsDownload: type === 'blocksDownload' },
				hasPassword: sent.password !== undefined,
				expirationDateTime: sent.expirationDateTime,
			};
			if (!there) node.permissions.push(permission);
			response.status(there ? 200 : 201).json({ '@odata.context': `${graphUrl}/v1.0/$metadata#permission`, ...permissionBody(permission) });
		})
		.get('/driveItem/permissions', (request, response) => {
			const { drive, node } = nodeAt(request);
			collection(context, request, response, `drives('${encodeURIComponent(drive.id)}')/items('${node.id}')/permissions`, [ownerPermissionBody(), ...node.permissions.map(permissionBody)], (body) => body);
		})
		.delete('/driveItem/permissions/:permission', (request, response) => {
			const { node } = nodeAt(request);
			const rest = node.permissions.filter(({ id }) => id !== request.params.permission);
			if (rest.length === node.permissions.length) throw itemNotFound();
			node.permissions = rest;
			response.status(204).end();
		});
}
