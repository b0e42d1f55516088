// n8n reads the `n8n` block of package.json; this file only satisfies `main`.
module.exports = {};
