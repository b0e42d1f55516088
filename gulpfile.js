const { dest, src } = require('gulp');

// Icons and codex files stand beside their nodes in the source tree; tsc leaves them behind.
function copyAssets() {
	return src(['nodes/**/*.{svg,png,json}', 'credentials/**/*.{svg,png}'], { base: '.', encoding: false }).pipe(dest('dist'));
}

exports['build:assets'] = copyAssets;
exports.default = copyAssets;
