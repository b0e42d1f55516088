// The pages of the played Microsoft.
import { html, page } from '../html';
import { signInPages, type SignInPages } from '../signIn/pages';
import { innerOffline } from './resources';

export const pages: SignInPages = {
	...signInPages('Microsoft', {
		openid: 'Sign you in',
		profile: 'View your basic profile',
		email: 'View your email address',
		[innerOffline]: 'Maintain access to data you have given it access to',
		'User.Read': 'Sign you in and read your profile',
	}),
	error: (error, description = '') => page('Sign in to your account (sandbox)', html`<h1>Sorry, but we’re having trouble signing you in.</h1><p class="error" id="error">${error}: ${description}</p>`),
};
