// The pages a person sees at the played Salesforce: login, "Allow access?", error.
import { html, page } from '../html';

const note = html`<p class="note">Sandbox: a played Salesforce on this machine. Try <b>alice@example.com</b> with <b>alice-password</b>.</p>`;

export function loginPage(username: string, error?: string): string {
	return page(
		'Login | Salesforce (sandbox)',
		html`<h1>Log in to Salesforce</h1>
${error && html`<p class="error" id="error" role="alert">${error}</p>`}
<form method="post"><label for="username">Username</label><input id="username" name="username" type="email" autocomplete="username" value="${username}" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="buttons"><button id="login" type="submit">Log In</button></div></form>${note}`,
	);
}

const scopeLabels: Record<string, string> = {
	api: 'Manage user data via APIs',
	refresh_token: 'Perform requests at any time',
	openid: 'Access unique user identifiers',
	id: 'Access the identity URL service',
	web: 'Manage user data via Web browsers',
	full: 'Full access',
	profile: 'Access your basic information',
	email: 'Access your basic information',
};

export function consentPage(clientName: string, username: string, scopes: readonly string[]): string {
	const items = scopes.map((scope) => html`<li>${scopeLabels[scope] ?? scope}</li>`);
	return page(
		'Allow access? | Salesforce (sandbox)',
		html`<h1>Allow access?</h1><p><b>${clientName}</b> is asking to:</p><ul>${items}</ul>
<p>Do you want to allow access for <b id="username">${username}</b>?</p>
<form method="post"><div class="buttons"><button id="deny" class="plain" name="decision" value="deny">Deny</button><button id="allow" name="decision" value="allow">Allow</button></div></form>`,
	);
}

export function loggedOutPage(): string {
	return page('Logged out | Salesforce (sandbox)', html`<h1>You’re logged out.</h1><p>The next sign-in asks for username and password again.</p>`);
}

/** Salesforce shows OAuth errors that it may not redirect as one line of query string. */
export function errorPage(error: string, description = ''): string {
	const known: Record<string, [string, string]> = {
		invalid_redirect_uri: ['redirect_uri_mismatch', 'redirect_uri must match configuration'],
		invalid_client: ['invalid_client_id', 'client identifier invalid'],
	};
	const [shownError, shownDescription] = known[error] ?? [error, description];
	return page(
		'Error | Salesforce (sandbox)',
		html`<h1>We can’t authorize you because of an OAuth error.</h1>
<p>For more information, contact your Salesforce administrator.</p><p class="error" id="error">error=${shownError}&amp;error_description=${encodeURIComponent(shownDescription)}</p>`,
	);
}
