// The pages that a person sees at a played provider: login, "Allow access?", error. The same ids everywhere
// (#username, #password, #login, #allow, #deny, #error), so that whoever drives a browser knows them all.
import { html, page } from '../html';

export interface SignInPages {
	login(username: string, error?: string): string;
	consent(clientName: string, username: string, scopes: readonly string[]): string;
	error(error: string, description?: string): string;
	/** @param form markup of the server's own form, whose id is `op.logoutForm` */
	logout(form: string): string;
	loggedOut(): string;
}

/**
 * @param provider the name that people read
 * @param scopeLabels what a scope means in words; one without a label is shown as it is
 */
export function signInPages(provider: string, scopeLabels: Readonly<Record<string, string>> = {}): SignInPages {
	const note = html`<p class="note">Sandbox: a played ${provider} on this machine. Try <b>alice@example.com</b> with <b>alice-password</b>.</p>`;
	return {
		login: (username, error) =>
			page(
				`Login | ${provider} (sandbox)`,
				html`<h1>Log in to ${provider}</h1>
${error && html`<p class="error" id="error" role="alert">${error}</p>`}
<form method="post"><label for="username">Username</label><input id="username" name="username" type="email" autocomplete="username" value="${username}" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="buttons"><button id="login" type="submit">Log In</button></div></form>${note}`,
			),
		consent: (clientName, username, scopes) =>
			page(
				`Allow access? | ${provider} (sandbox)`,
				html`<h1>Allow access?</h1><p><b>${clientName}</b> is asking to:</p><ul>${scopes.map((scope) => html`<li>${scopeLabels[scope] ?? scope}</li>`)}</ul>
<p>Do you want to allow access for <b id="username">${username}</b>?</p>
<form method="post"><div class="buttons"><button id="deny" class="plain" name="decision" value="deny">Deny</button><button id="allow" name="decision" value="allow">Allow</button></div></form>`,
			),
		error: (error, description = '') =>
			page(
				`Error | ${provider} (sandbox)`,
				html`<h1>We can’t authorize you because of an OAuth error.</h1>
<p>For more information, contact your ${provider} administrator.</p><p class="error" id="error">error=${error}&amp;error_description=${encodeURIComponent(description)}</p>`,
			),
		logout: (form) => page(`Log out? | ${provider} (sandbox)`, html`<h1>Log out of ${provider}?</h1>`).replace('</h1>', `</h1>${form}<div class="buttons"><button id="logout" type="submit" form="op.logoutForm" name="logout" value="yes">Log Out</button></div>`),
		loggedOut: () => page(`Logged out | ${provider} (sandbox)`, html`<h1>You’re logged out.</h1><p>The next sign-in asks for username and password again.</p>`),
	};
}
