import type { INodeProperties } from 'n8n-workflow';

import { templateField } from '../fields';
import type { Operation } from '../operation';
import { guidOf } from '../parameters';

export const description: INodeProperties[] = [templateField({ resource: ['template'], operation: ['get'] })];

/** With its roles and their tabs. */
export const execute: Operation = async (api) => {
	const templateId = guidOf(api, 'template', 'Template');
	return [await api.get(`/templates/${templateId}`, { query: { include: 'recipients,tabs,documents,custom_fields' }, about: `template ${templateId}` })];
};
