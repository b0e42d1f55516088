// `npm run sandbox`: starts the sandbox, prints one JSON line, runs until SIGINT or SIGTERM.
import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox';

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '0' },
			'redirect-uri': { type: 'string', multiple: true, default: [] },
			rotation: { type: 'string', default: 'on' },
			'access-token-ttl': { type: 'string', default: '7200' },
		},
	});
	if (!['on', 'off'].includes(values.rotation)) throw new TypeError('--rotation is on or off');
	// The one line on stdout is the interface; whatever a library has to say goes to stderr.
	console.info = console.log = console.error;
	const { close, ...description } = await startSandbox({
		port: Number(values.port),
		redirectUris: values['redirect-uri'],
		settings: { rotation: values.rotation === 'on', accessTokenTtlSeconds: Number(values['access-token-ttl']) },
	});
	process.stdout.write(`${JSON.stringify(description)}\n`);
	const stop = (): void => void close().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
