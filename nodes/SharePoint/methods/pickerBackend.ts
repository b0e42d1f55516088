import { NodeOperationError, type IDataObject, type ILoadOptionsFunctions } from 'n8n-workflow';

import { pickerSession } from '../../../lib/n8n';
import type { Backend, EntryAt, LibraryAt, ListAt } from '../transport/backend';
import { createBackend } from '../transport/createBackend';
import { loginMissing, loginOf, type Service } from '../transport/logins';

/** SharePoint for a list of the editor. @param byHand what people can enter instead @throws NodeOperationError */
export async function pickerBackend(context: ILoadOptionsFunctions, byHand: string): Promise<Backend> {
	const service: Service = context.getCurrentNodeParameter('service') === 'server' ? 'server' : 'online';
	const missing = loginMissing(service, String(context.getCurrentNodeParameter('authentication') ?? 'individualUser'));
	if (missing !== undefined) throw new NodeOperationError(context.getNode(), missing);
	const session = await pickerSession(context, { ...loginOf(service, 'read'), byHand });
	const options = (context.getCurrentNodeParameter('options') ?? {}) as IDataObject;
	return createBackend(service, { session, node: context.getNode(), logger: context.logger, helpers: context.helpers, options });
}

/** What the node is set to; empty if nothing is, or an expression says it. @throws NodeOperationError for a required one that is empty */
function chosen(context: ILoadOptionsFunctions, name: string, label: string, byHand: string, isRequired: boolean): string {
	const parameter: unknown = context.getCurrentNodeParameter(name);
	const value: unknown = typeof parameter === 'object' && parameter !== null && 'value' in parameter ? parameter.value : parameter;
	const text = typeof value === 'string' ? value.trim() : '';
	if (text.startsWith('=') || (isRequired && text === '')) throw new NodeOperationError(context.getNode(), `Choose "${label}" first. ${byHand}`, { description: 'Where an expression names it, there is no list' });
	return text;
}

export const chosenSite = (context: ILoadOptionsFunctions, byHand: string): string => chosen(context, 'site', 'Site', byHand, false);
export const chosenList = (context: ILoadOptionsFunctions, byHand: string): ListAt => ({ site: chosenSite(context, byHand), list: chosen(context, 'list', 'List', byHand, true) });
export const chosenLibrary = (context: ILoadOptionsFunctions, byHand: string): LibraryAt => ({ site: chosenSite(context, byHand), library: chosen(context, 'library', 'Library', byHand, false) });
export const folderIn = (library: LibraryAt, path: string): EntryAt => ({ ...library, entry: path === '' ? '/' : path });
