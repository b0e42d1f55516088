/** Building test workflows: `flow('Name').chain(webhook({ path: 'a' }), respondToWebhook()).draft()`. */
export { Flow, flow, type ConnectOptions } from './flow';
export * from './nodes';
