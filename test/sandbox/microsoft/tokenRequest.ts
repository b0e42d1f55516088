// A token request as Entra reads it: tenant, app, proof and scopes are judged here and in Entra's words;
// oidc-provider gets what it understands.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
import type { RequestHandler } from 'express';
import { peekForm, replaceForm } from '../formBody';
import { appOf, jwtBearerGrant, type App } from './apps';
import { authenticateApp, missingClientId, presentedBy } from './clientAuthentication';
import type { MicrosoftContext, TokenRequest } from './context';
import { authorityOf, contoso, fabrikam, type Authority } from './directory';
import { AadError, refuseResource, sendError, sentences } from './errors';
import { everything, readScopes, type Asked } from './resources';

const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', jwtBearerGrant];

export function judgeTokenRequest(context: MicrosoftContext): RequestHandler {
	return async (request, response, next) => {
		const form = await peekForm(request);
		const segment = String(request.params['tenant']);
		try {
			context.tokenRequests.set(request, await judge(context, segment, form, request.headers.authorization));
		} catch (error) {
			if (!(error instanceof AadError)) throw error;
			return sendError(response, context.loginUrl, error);
		}
		// Scopes of ours are no scopes of oidc-provider's; they are granted in tokenAnswers.ts.
		const understood = new URLSearchParams(form);
		understood.delete('scope');
		replaceForm(request, understood);
		next();
	};
}

async function judge(context: MicrosoftContext, segment: string, form: URLSearchParams, authorization: string | undefined): Promise<TokenRequest> {
	const authority = authorityOf(segment);
	if (!authority) throw new AadError('invalid_request', 90002, sentences.noTenant(segment));
	const grantType = form.get('grant_type');
	if (!grantType) throw new AadError('invalid_request', 900144, sentences.missing('grant_type'));
	refuseResource(form);
	if (!grantTypes.includes(grantType)) throw new AadError('unsupported_grant_type', 70003, `The app requested an unsupported grant type '${grantType}'.`);
	const presented = presentedBy(form, authorization);
	if (!presented.clientId) throw missingClientId();
	const app = appOf(presented.clientId);
	// Nobody in Fabrikam has installed our apps.
	if (!app || authority === fabrikam) throw new AadError('unauthorized_client', 700016, sentences.noApp(presented.clientId, (authority === fabrikam ? fabrikam : contoso).name));
	const proof = await authenticateApp(app, presented, tokenEndpoints(context.loginUrl, authority));
	return { authority, app, proof, asked: judgeScopes(context, authority, app, grantType, form.get('scope') ?? '') };
}

function judgeScopes({ resources }: MicrosoftContext, authority: Authority, app: App, grantType: string, text: string): Asked {
	const needsScope = grantType === 'client_credentials' || grantType === jwtBearerGrant;
	if (needsScope && text === '') throw new AadError('invalid_request', 900144, sentences.missing('scope'));
	if (grantType === 'client_credentials') {
		if (authority === 'common') throw new AadError('invalid_request', 9001023, 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.');
		if (authority === 'organizations') throw new AadError('invalid_request', 50059, 'No tenant-identifying information found in either the request or implied by any provided credentials.');
		if (app.isPublic) throw new AadError('unauthorized_client', 700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");
	}
	const asked = understoodScopes(text, () => readScopes(text, resources, app.name));
	if (new Set(asked.permissions.map(({ resource }) => resource)).size > 1) {
		throw new AadError('invalid_request', 28000, `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${text} is not valid.`);
	}
	const isAll = asked.permissions.every(({ name }) => name === everything) && asked.permissions.length > 0 && asked.oidc.length === 0;
	if (grantType === 'client_credentials' && !isAll) {
		throw new AadError('invalid_scope', 1002012, `The provided value for scope ${text} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`);
	}
	return asked;
}

/** The token endpoint has another word for a scope that its resource does not have. */
function understoodScopes(text: string, read: () => Asked): Asked {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof AadError) || error.code !== 650053) throw error;
		throw new AadError('invalid_scope', 70011, `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${text} is not valid.`);
	}
}

/** What a client assertion may be addressed to. */
export function tokenEndpoints(loginUrl: string, authority: Authority): string[] {
	const names = typeof authority === 'string' ? [authority] : [authority.id, authority.domain];
	return names.map((name) => `${loginUrl}/${name}/oauth2/v2.0/token`);
}
