/** The sample flows of `npm start`: a browser that waits, nobody who waits, and a caller who proves who they are. */
import type { StoredCredential, WorkflowDraft } from './n8nTypes';
import { flow, httpRequest, own, respondToWebhook, webhook, withCredentials } from './workflows';

const ACCOUNTS = 'SELECT Name, Industry, AnnualRevenue FROM Account ORDER BY Name';

/** Runs in n8n's expression: what a person typed must not become markup. */
const escaped = (expression: string) => `String(${expression} ?? '').replace(/[&<>"']/g, (character) => '&#' + character.charCodeAt(0) + ';')`;

const TABLE = `=<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>My accounts</title>
<style>
body { margin: 0; background: #f3f6fa; color: #16325c; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 44rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: 12px; box-shadow: 0 2px 18px #16325c22 }
h1 { font-size: 1.4rem; margin: 0 0 .3rem } p { margin: 0 0 1.4rem; color: #5b6f8c }
table { width: 100%; border-collapse: collapse } th, td { padding: .6rem .8rem; text-align: left; border-bottom: 1px solid #dbe3ee }
th { font-size: .85rem; color: #5b6f8c } .number { text-align: right; font-variant-numeric: tabular-nums }
</style></head><body><main>
<h1>My accounts</h1>
<p>What Salesforce shows to {{ ${escaped("$('Webhook').first().json.query.user")} }}</p>
<table><thead><tr><th>Name</th><th>Industry</th><th class="number">Annual revenue</th></tr></thead><tbody>
{{ $input.all().map((item) => '<tr><td>' + ${escaped('item.json.Name')} + '</td><td>' + ${escaped('item.json.Industry')} + '</td><td class="number">' + ${escaped("item.json.AnnualRevenue?.toLocaleString('en-US', { maximumFractionDigits: 0 })")} + '</td></tr>').join('') }}
</tbody></table></main></body></html>`;

export interface DemoFlow {
	path: string;
	draft: WorkflowDraft;
}

/** @param control where the sandbox's mailbox is: what flows send arrives there */
export function demoFlows(credentials: { users: StoredCredential; callers: StoredCredential }, control: string): DemoFlow[] {
	const accounts = (user: string, options: Record<string, string> = {}) =>
		withCredentials(own('Salesforce Retrieve Data', 'salesforceRetrieveData', { user, resource: 'query', operation: 'soql', soql: ACCOUNTS, returnAll: true, options }), credentials.users);
	const html = { respondWith: 'text', options: { responseHeaders: { entries: [{ name: 'content-type', value: 'text/html; charset=utf-8' }] } } };
	const mail = httpRequest({
		url: `${control}/control/mailbox`,
		method: 'POST',
		name: 'Mail',
		settings: { executeOnce: true },
		parameters: { sendBody: true, specifyBody: 'json', jsonBody: "={{ JSON.stringify({ subject: 'Nightly report', to: $('Webhook').first().json.query.user, accounts: $input.all().map((item) => item.json.Name) }) }}" },
	});
	return [
		{
			path: 'my-accounts',
			// Whoever calls this address may name anybody: fine to look at, never to use. The third flow shows how to do it.
			draft: flow('My accounts (demo only: the address names the user)')
				.chain(webhook({ path: 'my-accounts' }), accounts('={{ $json.query.user }}'), respondToWebhook(TABLE, { parameters: html }))
				.draft(),
		},
		{
			path: 'nightly-report',
			draft: flow('Nightly report (demo only: the address names the user)')
				.chain(webhook({ path: 'nightly-report', respond: 'onReceived' }), accounts('={{ $json.query.user }}'), mail)
				.draft(),
		},
		{
			path: 'api/accounts',
			draft: flow('My accounts (for a caller with a verified token)')
				.chain(
					withCredentials(webhook({ path: 'api/accounts', parameters: { authentication: 'jwtAuth' } }), credentials.callers),
					accounts('={{ $json.jwtPayload.email }}', { answerTheCaller: 'json' }),
					respondToWebhook('={{ JSON.stringify($input.all().map((item) => item.json)) }}'),
				)
				.draft(),
		},
	];
}
