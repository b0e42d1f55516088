// Opens a vault as whoever it is started as, and tells what came of it. Started by sqliteFile.test.ts.
import { openVault } from '../../../../lib/vault';
import { isConnectedAppsError } from '../../../../lib/errors';
import { KEYS } from '../contract/setup';

openVault({ backend: { kind: 'sqlite', path: process.argv[2]! }, keys: KEYS }).then(
	async (vault) => {
		await vault.close();
		console.log(JSON.stringify({ opened: true }));
	},
	(error: unknown) => {
		const told = isConnectedAppsError(error) ? { code: error.code, message: error.message, advice: error.details.advice } : { message: String(error) };
		console.log(JSON.stringify(told));
	},
);
