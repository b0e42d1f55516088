// The authorization server of one's own choice, as an admin describes it: discovered at its issuer, or endpoint by endpoint.
import type { EndpointSource, OAuthEndpoints } from '../types';
import { exactAddressOf, settingInvalid, type Field } from './address';
import { textOf, type ProviderSettings } from './provider';

const ISSUER: Field = { name: 'issuer', label: 'Issuer', example: 'https://login.example.com' };
const AUTHORIZATION_URL: Field = { name: 'authorizationUrl', label: 'Authorization URL', example: 'https://login.example.com/authorize' };
const TOKEN_URL: Field = { name: 'tokenUrl', label: 'Token URL', example: 'https://login.example.com/token' };
const REVOCATION_URL: Field = { name: 'revocationUrl', label: 'Revocation URL', example: 'https://login.example.com/revoke' };
const USER_INFO_URL: Field = { name: 'userInfoUrl', label: 'User Info URL', example: 'https://login.example.com/userinfo' };
const KEYS_URL: Field = { name: 'jwksUrl', label: 'Keys URL', example: 'https://login.example.com/jwks' };
const ASSERTION_AUDIENCE: Field = { name: 'assertionAudience', label: 'Client Assertion Audience', example: 'https://login.example.com/token' };

/** Its metadata's address is taken for the issuer itself: that is what documentation often shows. */
function issuerOf(settings: ProviderSettings): string | undefined {
	return exactAddressOf(settings, ISSUER)?.replace(/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/, '');
}

function singleEndpoints(settings: ProviderSettings, signsIn: boolean): OAuthEndpoints {
	const tokenUrl = exactAddressOf(settings, TOKEN_URL);
	if (tokenUrl === undefined) throw settingInvalid(TOKEN_URL, 'is empty', 'Enter it, or set Endpoints to "Discover From the Issuer"');
	const authorizationUrl = exactAddressOf(settings, AUTHORIZATION_URL);
	if (signsIn && authorizationUrl === undefined) throw settingInvalid(AUTHORIZATION_URL, 'is empty', 'Enter it, or set Endpoints to "Discover From the Issuer"');
	const issuer = issuerOf(settings);
	const jwksUrl = signsIn ? exactAddressOf(settings, KEYS_URL) : undefined;
	if (jwksUrl !== undefined && issuer === undefined) throw settingInvalid(ISSUER, 'is empty although there is a Keys URL', 'Enter the issuer that the server names in its ID tokens');
	return {
		issuer,
		authorizationUrl: signsIn ? authorizationUrl : undefined,
		tokenUrl,
		revocationUrl: signsIn ? exactAddressOf(settings, REVOCATION_URL) : undefined,
		userInfoUrl: signsIn ? exactAddressOf(settings, USER_INFO_URL) : undefined,
		jwksUrl,
	};
}

/**
 * @param signsIn people sign in there, so it needs more than a token endpoint
 * @param own what the provider knows or the admin entered besides
 * @throws ConnectedAppsError `settingInvalid`
 */
export function authorizationServerOf(settings: ProviderSettings, signsIn: boolean, own: Partial<OAuthEndpoints> = {}): EndpointSource {
	const mode = textOf(settings, 'endpointMode') || (textOf(settings, 'tokenUrl') === '' ? 'discovery' : 'single');
	const assertionAudience = exactAddressOf(settings, ASSERTION_AUDIENCE);
	const added = { ...own, ...(assertionAudience !== undefined && { assertionAudience }) };
	if (mode === 'single') return { known: { ...singleEndpoints(settings, signsIn), ...added } };
	if (mode !== 'discovery') throw settingInvalid({ name: 'endpointMode', label: 'Endpoints' }, 'has an unknown value', 'Choose "Discover From the Issuer" or "Enter One by One"');
	const issuer = issuerOf(settings);
	if (issuer === undefined) throw settingInvalid(ISSUER, 'is empty', 'Enter the issuer, or set Endpoints to "Enter One by One"');
	return { issuer, known: added, insteadOfDiscovery: 'set Endpoints to "Enter One by One"' };
}
