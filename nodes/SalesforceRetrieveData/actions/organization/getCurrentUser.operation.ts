import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';

export const description: INodeProperties[] = [];

/** @see https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_userinfo_endpoint.htm */
export const execute: Operation = async (api) => [await api.getJson('/services/oauth2/userinfo', { about: 'current user' })];
