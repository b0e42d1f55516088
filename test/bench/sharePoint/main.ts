import { benchSharePoint } from './bench';

// Whoever breaks it off ends the played SharePoint too: that happens on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

void benchSharePoint((line = '') => void process.stdout.write(`${line}\n`), process.argv.slice(2)).then(
	() => process.exit(0),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		process.exit(1);
	},
);
