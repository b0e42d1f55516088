import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { readServerLoginSettings, tryServerLogin } from '../connections';
import { isConnectedAppsError } from '../errors';
import { createEndpointResolver } from '../oauth';
import { describeFailure, fetchThroughRequest } from './testUserLogin';

/** The credential test of a client credentials or JWT bearer type: a token is really asked for. */
export function testServerLogin(credentialType: string) {
	return async function (this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
		let server = 'The provider';
		try {
			const settings = readServerLoginSettings(credentialType, credential.data ?? {});
			const { assertion, testSubject } = settings;
			server = new URL(settings.authority).host;
			const subject = testSubject ?? assertion?.subject;
			if (assertion !== undefined && (subject === undefined || subject === '')) {
				return { status: 'Error', message: '"Subject" is empty or an expression, so there is nobody to try it with. Enter a user under "Test Subject"' };
			}
			const tried = assertion === undefined ? settings : { ...settings, assertion: { ...assertion, subject } };
			await tryServerLogin({ fetch: fetchThroughRequest(this), resolveEndpoints: createEndpointResolver() }, tried, Date.now());
			return { status: 'OK', message: `${settings.login.appName} gives tokens to this client` };
		} catch (error) {
			if (isConnectedAppsError(error, 'approvalNeeded')) return { status: 'Error', message: `Client and key are right, but ${describeFailure(error)}` };
			return { status: 'Error', message: describeFailure(error).replace(/^The provider\b/, server) };
		}
	};
}
