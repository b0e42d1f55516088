/**
 * `npm run bench -- portal`: what people wait for, on a real n8n and in a real Chromium. One part alone: `npm run bench -- portal pages`.
 * Ends within ten minutes. The absolute figures are this machine's. Nothing here is a test, but what is missed is told.
 */
import { createWorld } from '../../e2e/world';
import { measureAnswers } from './answers';
import { openHostVault } from './hostVault';
import { measurePages } from './pages';
import { measureResumes } from './resumes';

const KEY = 'the key of the bench';
const PARTS = { answers: measureAnswers, resumes: measureResumes, pages: measurePages };
/** Whatever hangs must not hold up those who run it. */
const LIMIT_MS = 600_000;

async function main(): Promise<void> {
	const wanted = process.argv.slice(2);
	const begun = Date.now();
	const world = await createWorld({ env: { N8N_ENCRYPTION_KEY: KEY } });
	const host = await openHostVault(world, KEY);
	try {
		for (const [name, measure] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await measure(world, host);
		process.stdout.write(`\nportal: done in ${Math.round((Date.now() - begun) / 1_000)} s\n`);
	} finally {
		await host.vault.close();
		await world.close();
	}
}

setTimeout(() => {
	process.stderr.write('portal: broken off, it took too long\n');
	process.exit(1);
}, LIMIT_MS).unref();

main().then(
	() => process.exit(process.exitCode ?? 0),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
