// What `npm run lint` checks. Every rule that is switched off has its reason beside it.
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import eslint from '@eslint/js';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const NODES = ['nodes/**/*.ts'];
const CREDENTIALS = ['credentials/**/*.ts'];
/** Parameters that several nodes or credential types share; what people read in the editor is held to the same rules. */
const SHARED_FIELDS = ['lib/n8n/*Fields.ts'];
const MANIFEST = ['package.json'];

export default defineConfig(
	{ ignores: ['node_modules/', 'dist/', '.cache/', 'coverage/', 'artifacts/'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.{ts,tsx,cts}'],
		extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			// `typeof import('…')` names the type of what is loaded late, without loading it.
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
			// Taking a field off an object by `{ secret: _secret, ...rest }` is how this code drops fields.
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			eqeqeq: 'error',
			// Off: n8n's and our own ports demand promises; `async` also turns what is thrown into a rejection.
			'@typescript-eslint/require-await': 'off',
			// Off: the ports are objects of closures, taken apart at will, and so is Kysely's expression builder; `this` is used in classes only.
			'@typescript-eslint/unbound-method': 'off',
			// Off: parameters and foreign JSON are text, a number or a mistake; `String(…)` makes a text of each, and what reads it refuses "[object …]".
			'@typescript-eslint/no-base-to-string': 'off',
		},
	},
	{
		files: ['test/**'],
		rules: {
			// Off: tests read the JSON of real servers and assert its shape; a type on it would only claim what the assertion proves.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
		},
	},
	{
		files: ['**/*.cts'],
		// Off: Node runs these files as they are, as CommonJS.
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
	{
		files: ['**/*.js', '**/*.mjs'],
		extends: [eslint.configs.recommended],
		languageOptions: { globals: { exports: 'writable', module: 'writable', process: 'readonly', require: 'readonly' } },
	},
	{
		files: [...NODES, ...CREDENTIALS, ...MANIFEST],
		plugins: { '@n8n/community-nodes': communityNodes },
		rules: {
			// Of the two sets of n8n this is the one for self-hosted n8n. It leaves out what forbids the file system and the environment
			// (`no-restricted-imports`, `no-restricted-globals`): the vault is a database beside n8n's own, opened with n8n's own key.
			...communityNodes.configs.recommendedWithoutN8nCloudSupport.rules,
			// Off: OAuth, JOSE, two database dialects and HTML rendering come from audited libraries, not from copies of them in here.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
			// Off: it reads literal lists of credentials, and the OAuth nodes' are made from the providers; test/registry.test.ts and
			// test/nodes/oauthServerLogin.test.ts prove that every type has its test.
			'@n8n/community-nodes/credential-test-required': 'off',
		},
	},
	{
		files: [...NODES, ...SHARED_FIELDS],
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...n8nNodesBase.configs.nodes.rules,
			// Off: these two demand `['main']`, which `@n8n/community-nodes/node-connection-type-literal` forbids: it wants `NodeConnectionTypes.Main`.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{
		files: SHARED_FIELDS,
		rules: {
			// Off: these two understand literals only; here the provider's data gives the default.
			'n8n-nodes-base/node-param-default-missing': 'off',
			'n8n-nodes-base/node-param-default-wrong-for-multi-options': 'off',
		},
	},
	{
		files: CREDENTIALS,
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		rules: {
			...n8nNodesBase.configs.credentials.rules,
			// Off: for n8n's own repository, where the field is a page's short name; of a community package it is an address (`…-not-http-url`).
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		files: MANIFEST,
		plugins: { 'n8n-nodes-base': n8nNodesBase },
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: n8nNodesBase.configs.community.rules,
	},
);
