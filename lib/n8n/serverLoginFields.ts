import type { INodeProperties } from 'n8n-workflow';

import { serverLoginByCredentialType, type JwtBearerRules, type ServerLogin } from '../providers';
import { clientFields } from './clientFields';
import { callerField, HOLDS_EXPRESSION } from './expressionFields';
import { freeScopeFields, scopeFields } from './scopeFields';
import { signingKeyFields } from './signingKeyFields';

const BY_ASSERTION = { name: 'None', description: 'The signed assertion says it all' };

/** Whom a token is for, and what else the server wants to read in the assertion. */
function assertionFields({ isOpen, lifetimeSeconds, maxLifetimeSeconds, subjectMeaning }: JwtBearerRules): INodeProperties[] {
	const open: INodeProperties[] = [
		{ displayName: 'Assertion Issuer', name: 'assertionIssuer', type: 'string', default: '', description: 'The "iss" of the assertion; empty means the Client ID' },
		{ displayName: 'Audience', name: 'audience', type: 'string', default: '', placeholder: 'https://login.example.com/token', description: 'The "aud" of the assertion; empty means the issuer, or the Token URL where none is known' },
		{ displayName: 'Lifetime (Seconds)', name: 'lifetimeSeconds', type: 'number', typeOptions: { minValue: 1, maxValue: maxLifetimeSeconds }, default: lifetimeSeconds, description: 'How long an assertion is good for; it is used once, at once' },
		{ displayName: 'Extra Claims', name: 'extraClaims', type: 'json', default: '{}', description: 'Further claims of the assertion, as a JSON object' },
		{ displayName: 'Extra Headers', name: 'extraHeaders', type: 'json', default: '{}', description: 'Further members of the assertion’s header, as a JSON object' },
	];
	return [
		{
			displayName: 'Subject',
			name: 'subject',
			type: 'string',
			typeOptions: HOLDS_EXPRESSION,
			default: '',
			placeholder: '={{ $json.user }}',
			description: `Whom the tokens are for. ${subjectMeaning ?? 'The user, as the server names it'}. With an expression each item acts as its own user: whoever may set it acts as any user that the provider admits.`,
		},
		{ displayName: 'Test Subject', name: 'testSubject', type: 'string', default: '', description: 'A user to test this credential with, where Subject is an expression' },
		...(isOpen ? open : []),
	];
}

/** The fields that every client credentials and JWT bearer credential type has; `own` are the provider's endpoints. */
export function serverLoginFields(login: ServerLogin, own: INodeProperties[], ownLast: INodeProperties[] = []): INodeProperties[] {
	const { jwt } = login;
	const scopes = login.scopes === 'none' ? [] : login.freeScopes === true ? freeScopeFields({ optional: true }) : scopeFields(login);
	return [
		...own,
		...clientFields(login, BY_ASSERTION, { hasKey: jwt !== undefined, needsClientId: jwt?.isOpen !== true }),
		...(jwt === undefined ? [] : [...signingKeyFields(login), ...assertionFields(jwt)]),
		...scopes,
		...ownLast,
		{
			displayName: 'Token From an OAuth Node',
			name: 'accessToken',
			type: 'string',
			typeOptions: { ...HOLDS_EXPRESSION, password: true },
			default: '',
			placeholder: '={{ $json.accessToken }}',
			description: 'The reference that an OAuth node gave out, to be used instead of a token of its own; usually empty',
		},
		callerField,
	];
}

/** @throws Error for a type that no provider has: the file is named wrongly */
export function serverLoginFieldsOf(credentialType: string, own: INodeProperties[], ownLast: INodeProperties[] = []): INodeProperties[] {
	const found = serverLoginByCredentialType(credentialType);
	if (found === undefined) throw new Error(`No provider has the credential type ${credentialType}`);
	return serverLoginFields(found.login, own, ownLast);
}
