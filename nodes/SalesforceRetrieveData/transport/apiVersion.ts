import { NodeOperationError, type INode } from 'n8n-workflow';

export const DEFAULT_API_VERSION = '63.0';

/** Path of the REST API's resources in a version, e.g. `/services/data/v63.0`. @throws NodeOperationError */
export function basePathOf(node: INode, entered: unknown, itemIndex?: number): string {
	const version = String(entered ?? '').trim().replace(/^v/i, '') || DEFAULT_API_VERSION;
	if (!/^\d{2,3}(\.0)?$/.test(version)) {
		throw new NodeOperationError(node, `The option "API Version" is no version of the Salesforce API: "${version}"`, { itemIndex, description: `For example ${DEFAULT_API_VERSION}` });
	}
	return `/services/data/v${version.includes('.') ? version : `${version}.0`}`;
}
