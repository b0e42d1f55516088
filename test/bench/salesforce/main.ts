import { benchSalesforce } from './bench';

void benchSalesforce((line = '') => void process.stdout.write(`${line}\n`), process.argv.slice(2)).then(
	() => process.exit(0),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		process.exit(1);
	},
);
