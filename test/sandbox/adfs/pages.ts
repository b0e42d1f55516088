// The pages of the played AD FS.
import { html, page } from '../html';
import { signInPages, type SignInPages } from '../signIn/pages';

export const pages: SignInPages = {
	...signInPages('Contoso AD FS'),
	error: (_error, description = '') => page('Error (sandbox)', html`<h1>An error occurred</h1><p>Contact your administrator for more information.</p><p class="error" id="error">${description}</p>`),
};
