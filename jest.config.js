/** @type {import('jest').Config} */
const base = {
	testEnvironment: 'node',
	transform: {
		'^.+\\.(t|j|mj|cj)sx?$': [
			'@swc/jest',
			{
				jsc: {
					target: 'es2023',
					parser: { syntax: 'typescript', tsx: true, decorators: true },
					transform: { react: { runtime: 'automatic', importSource: 'preact' } },
				},
				module: { type: 'commonjs' },
			},
		],
	},
	// jose, openid-client, kysely and oidc-provider are ESM-only; Jest cannot require() those untransformed.
	transformIgnorePatterns: [],
	extensionsToTreatAsEsm: [],
	moduleFileExtensions: ['ts', 'tsx', 'mjs', 'cjs', 'js', 'json', 'node'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	// Real servers and databases on two busy cores: the limit is for what hangs, not for what is slow.
	testTimeout: 30_000,
};

module.exports = {
	testTimeout: base.testTimeout,
	projects: [
		{ ...base, displayName: 'fast', testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'], testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/test/e2e/'] },
	],
};
