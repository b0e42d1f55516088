import type { INodeProperties } from 'n8n-workflow';

import { fieldsFields, objectTypeField } from '../fields';

/** What operations on records have in common, in the order in which people fill it in. */
export const recordFields: INodeProperties[] = [objectTypeField({ resource: ['record'] }, 'The object that the records are of')];

/** Last of each operation's own. */
export const pickedFields = (operation: string): INodeProperties[] => fieldsFields({ resource: ['record'], operation: [operation] });
