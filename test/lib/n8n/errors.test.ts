import { inspect } from 'node:util';

import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { ConnectedAppsError, type ErrorCode } from '../../../lib/errors';
import { toNodeError } from '../../../lib/n8n';
import { toErrorPage } from '../../../lib/portal/errorPage';

const node: INode = { id: 'n', name: 'Salesforce', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const api: ErrorCode[] = ['clientRejected', 'providerUnavailable', 'providerError', 'refreshInProgress'];
const operation: ErrorCode[] = [
	'authenticationNeeded', 'consentNeeded', 'signInDeclined', 'signInExpired', 'signInTimedOut', 'rotationInterrupted', 'userMissing', 'userInvalid', 'wrongBrowser', 'wrongAccount', 'linkInvalid', 'stateInvalid', 'issuerMismatch', 'forbidden', 'connectionUnknown', 'connectionInactive',
	'connectionProofWrong', 'connectionTaken', 'credentialMissing', 'settingInvalid', 'individualUsersOff', 'serviceAccountOff', 'tooManyRequests', 'userChanged', 'hostForbidden', 'vaultUnavailable', 'vaultKeyWrong', 'vaultTooNew', 'configurationInvalid', 'n8nTooOld', 'internal',
];

describe('our errors', () => {
	it.each([...api.map((code) => [code, NodeApiError] as const), ...operation.map((code) => [code, NodeOperationError] as const)])('%s becomes n8n’s kind with message, way out, link and item', (code, kind) => {
		const error = toNodeError(node, new ConnectedAppsError(code, 'What happened', { advice: 'Do this.', signInUrl: 'https://n8n.example/webhook/apps', httpStatus: 503 }), 3);
		expect(error).toBeInstanceOf(kind);
		expect(error.message).toBe('What happened');
		expect(error.description).toBe('Do this. Sign in here: https://n8n.example/webhook/apps');
		expect(error.context.itemIndex).toBe(3);
		if (kind === NodeApiError) expect((error as NodeApiError).httpCode).toBe('503');
		else expect(error.context.signInUrl).toBe('https://n8n.example/webhook/apps');
	});

	it.each([...api, ...operation])('%s becomes a page with a status of 4xx or 5xx and its code', (code) => {
		const { status, body } = toErrorPage(new ConnectedAppsError(code, 'What happened'), { portalName: 'Apps' });
		expect(status).toBeGreaterThanOrEqual(400);
		expect(String(body)).toContain(code);
	});

	it('other errors keep their words, n8n’s own are left alone and get the item', () => {
		expect(toNodeError(node, new TypeError('fetch failed'), 1)).toMatchObject({ message: 'fetch failed', context: { itemIndex: 1 } });
		expect(toNodeError(node, 'a string')).toMatchObject({ message: 'a string' });
		const own = new NodeOperationError(node, 'own');
		expect(toNodeError(node, own, 2)).toBe(own);
		expect(own.context.itemIndex).toBe(2);
	});

	it('S12 what n8n stores of an error holds nothing of its cause', () => {
		const canary = { config: { headers: { authorization: 'Bearer canary' } }, response: { data: { access_token: 'canary' } } };
		for (const error of [new ConnectedAppsError('providerError', 'x', {}, { cause: canary }), new ConnectedAppsError('authenticationNeeded', 'x', {}, { cause: Object.assign(new Error('y'), canary) }), Object.assign(new Error('z'), canary)]) {
			const mapped = toNodeError(node, error, 0);
			expect(inspect(mapped, { depth: 20, showHidden: true }) + JSON.stringify(mapped)).not.toContain('canary');
		}
	});
});
