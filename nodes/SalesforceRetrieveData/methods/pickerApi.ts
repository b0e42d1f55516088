import { NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import { pickerSession } from '../../../lib/n8n';
import { isTokenRejected } from '../transport/apiFailure';
import { SERVER_LOGINS, USER_LOGIN } from '../transport/credentials';
import { describeObject, type DescribedObject } from '../transport/describe';
import { createSalesforceApi, type SalesforceApi } from '../transport/salesforceApi';

/** The API for a list of the editor. @throws NodeOperationError that says what to enter by hand */
export async function pickerApi(context: ILoadOptionsFunctions, byHand: string): Promise<SalesforceApi> {
	const session = await pickerSession(context, { credentialType: USER_LOGIN, serverLogins: SERVER_LOGINS, isTokenRejected, scopes: ['api'], byHand });
	return createSalesforceApi({ session, node: context.getNode(), logger: context.logger, version: context.getCurrentNodeParameter('options.apiVersion') ?? '' });
}

/** The object that the node is set to; empty if none is yet, or an expression says it. */
export function chosenObject(context: ILoadOptionsFunctions): string {
	const value: unknown = context.getCurrentNodeParameter('objectType');
	const name: unknown = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	return typeof name === 'string' && !name.startsWith('=') ? name.trim() : '';
}

/** @throws NodeOperationError if no object is chosen yet */
export async function describeChosen(context: ILoadOptionsFunctions, byHand: string): Promise<DescribedObject> {
	const objectType = chosenObject(context);
	if (objectType === '') throw new NodeOperationError(context.getNode(), `Choose "Object Type" first. ${byHand}`, { description: 'Where an expression names the object, there is no list' });
	return await describeObject(await pickerApi(context, byHand), objectType);
}
