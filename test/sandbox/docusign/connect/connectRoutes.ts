// Connect configurations and the log of what was delivered. For administrators of accounts that have Connect.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/connect/
import { Router } from 'express';
import { isAdmin } from '../accountState';
import { badRequest, lacksPermissions } from '../apiErrors';
import type { ApiResponse } from '../apiLocals';
import type { DocuSignSettings } from '../settings';
import { textOf, wireOf, type Wire } from '../wire';
import { configurationAnswer, readConfiguration, type ConnectConfiguration } from './configuration';
import type { Connect, Delivery } from './connect';

export function connectRoutes(connect: Connect, settings: DocuSignSettings): Router {
	const router = Router({ mergeParams: true });

	router.use('/connect', (_request, response: ApiResponse, next) => {
		const { state, user } = response.locals;
		if (!settings.docuSignConnectEnabled) throw badRequest('ACCOUNT_LACKS_PERMISSIONS', 'This Account lacks sufficient permissions.');
		if (!isAdmin(state, user)) throw lacksPermissions();
		next();
	});

	router.route('/connect')
		.get((_request, response: ApiResponse) => {
			const configurations = [...response.locals.state.configurations.values()].map(configurationAnswer);
			response.json({ configurations, totalRecords: String(configurations.length) });
		})
		.post((request, response: ApiResponse) => {
			const configuration = readConfiguration(wireOf(request.body));
			response.locals.state.configurations.set(configuration.connectId, configuration);
			response.status(201).json(configurationAnswer(configuration));
		})
		.put((request, response: ApiResponse) => {
			const { configurations } = response.locals.state;
			const body = wireOf(request.body);
			const changed = readConfiguration(body, find(configurations, textOf(body['connectId'])));
			configurations.set(changed.connectId, changed);
			response.json(configurationAnswer(changed));
		});

	router.get('/connect/logs', (_request, response: ApiResponse) => void response.json(logAnswer(ofAccount(response), 'logs')));
	router.get('/connect/failures', (_request, response: ApiResponse) => void response.json(logAnswer(ofAccount(response).filter(({ state }) => state === 'failed'), 'failures')));
	router.put('/connect/envelopes/:envelopeId/retry_queue', (request, response: ApiResponse) => {
		const failed = ofAccount(response).filter(({ state, envelopeId }) => state === 'failed' && envelopeId === String(request.params['envelopeId']));
		for (const delivery of failed) connect.retry(delivery);
		response.json({ retryQueue: failed.map(({ deliveryId, envelopeId }) => ({ configId: deliveryId, envelopeId, status: 'queued' })) });
	});

	router.route('/connect/:connectId')
		.get((request, response: ApiResponse) => {
			const configuration = find(response.locals.state.configurations, String(request.params['connectId']));
			response.json({ configurations: [configurationAnswer(configuration)], totalRecords: '1' });
		})
		.delete((request, response: ApiResponse) => {
			const { configurations } = response.locals.state;
			configurations.delete(find(configurations, String(request.params['connectId'])).connectId);
			response.status(200).end();
		});

	function ofAccount({ locals: { state } }: ApiResponse): Delivery[] {
		return connect.deliveries.filter(({ accountId }) => accountId === state.account.accountId);
	}
	return router;
}

function find(configurations: ReadonlyMap<string, ConnectConfiguration>, connectId = ''): ConnectConfiguration {
	const found = configurations.get(connectId);
	if (!found) throw badRequest('CONNECT_ID_INVALID', 'The Connect configuration with the specified ID does not exist.');
	return found;
}

function logAnswer(deliveries: readonly Delivery[], name: 'logs' | 'failures'): Wire {
	const entries = deliveries.map(({ deliveryId, accountId, envelopeId, connectId, url, state, attempts }) => ({
		[name === 'logs' ? 'logId' : 'failureId']: deliveryId,
		accountId,
		configUrl: url,
		connectId: connectId ?? '',
		created: attempts[0]?.at,
		envelopeId,
		error: attempts.at(-1)?.error ?? '',
		lastTry: attempts.at(-1)?.at,
		retryCount: String(Math.max(0, attempts.length - 1)),
		status: state,
	}));
	return { [name]: entries, totalRecords: String(entries.length) };
}
