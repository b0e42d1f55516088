// What `npm run lint` checks. Every rule that is switched off or softened has its reason beside it.
import communityNodes from '@n8n/eslint-plugin-community-nodes';
import eslint from '@eslint/js';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const NODES = ['nodes/**/*.ts'];
const CREDENTIALS = ['credentials/**/*.ts'];
const community = communityNodes.configs.recommendedWithoutN8nCloudSupport;

export default tseslint.config(
	{ ignores: ['node_modules/', 'dist/', '.cache/', 'coverage/', 'artifacts/'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.{ts,tsx,cts}'],
		extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			eqeqeq: 'error',
		},
	},
	{
		files: ['**/*.{js,mjs}'],
		extends: [eslint.configs.recommended],
		languageOptions: { globals: { process: 'readonly', module: 'writable', require: 'readonly', exports: 'writable', console: 'readonly' } },
	},
	{
		files: [...NODES, ...CREDENTIALS, 'package.json'],
		plugins: { '@n8n/community-nodes': communityNodes, 'n8n-nodes-base': n8nNodesBase },
		rules: community.rules,
	},
	{ files: NODES, rules: n8nNodesBase.configs.nodes.rules },
	{ files: CREDENTIALS, rules: n8nNodesBase.configs.credentials.rules },
	{
		files: ['package.json'],
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: n8nNodesBase.configs.community.rules,
	},
);
