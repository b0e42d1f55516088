const { projects } = require('./jest.config.js');

/** Real n8n, real Chromium: slow, one after the other. @type {import('jest').Config} */
module.exports = {
	...projects[0],
	displayName: 'e2e',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	testTimeout: 180_000,
	maxWorkers: 1,
};
