// Who calls: by a bearer token of AD FS, by NTLM on this connection, or by Basic.
import type { Socket } from 'node:net';
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { people, type Person } from '../../../people';
import { bearerTokenOf } from '../../../signingKey';
import { accessTokenIssuer, personOf, type AdfsContext } from '../../context';
import { challengeFor, isAccountOf, messageType, provesPassword, readAuthenticate } from './ntlm';

export interface Caller {
	readonly person: Person;
	/** Needs no request digest. */
	readonly byToken: boolean;
	/** With the claims prefix of whoever let the person in. */
	readonly loginName: string;
}

const windowsLogin = ({ name }: Person): string => `i:0#.w|contoso\\${name}`;

/** What one connection has got so far. */
interface Handshake {
	nonce?: Buffer;
	person?: Person;
}

/** @returns undefined if the request has been answered: a challenge or a refusal */
export function identifier({ issuer, signingKey, siteUrl, settings }: AdfsContext, provider: Provider): (request: Request, response: Response) => Promise<Caller | undefined> {
	const handshakes = new WeakMap<Socket, Handshake>();
	const allows = (way: 'bearer' | 'ntlm' | 'basic'): boolean => settings.siteAuthentication.includes(way);

	const challenge = (response: Response, ntlm?: string): Response => {
		response.status(401);
		if (ntlm !== undefined) return response.set('WWW-Authenticate', `NTLM ${ntlm}`);
		if (allows('ntlm')) response.append('WWW-Authenticate', 'NTLM');
		if (allows('basic')) response.append('WWW-Authenticate', `Basic realm="${new URL(siteUrl).host}"`);
		if (allows('bearer')) response.append('WWW-Authenticate', `Bearer realm="${siteUrl}"`);
		return response;
	};
	const refuse = (response: Response): undefined => void challenge(response).type('text/plain').send('401 UNAUTHORIZED');

	const byToken = async (response: Response, token: string): Promise<Caller | undefined> => {
		const say = (description: string): undefined => void challenge(response).json({ error: 'invalid_client', error_description: description });
		const claims = await signingKey.open(token);
		const person = personOf(claims?.['upn'] as string | undefined);
		if (!claims || !person || claims.iss !== accessTokenIssuer(issuer)) return say('Invalid issuer or signature.');
		if (claims.aud !== siteUrl) return say(`Invalid audience Uri '${String(claims.aud)}'.`);
		if (!(await provider.AccessToken.find(claims.jti ?? ''))?.isValid) return say('The token is expired.');
		return { person, byToken: true, loginName: `i:05.t|contoso ad fs|${person.username}` };
	};

	const byNtlm = (request: Request, response: Response, handshake: Handshake, sent: string): Caller | undefined => {
		const message = Buffer.from(sent, 'base64');
		const type = messageType(message);
		delete handshake.person;
		if (type === 1) {
			const { nonce, message: answer } = challengeFor(message);
			handshake.nonce = nonce;
			return void challenge(response, answer).end();
		}
		const { nonce } = handshake;
		// A challenge is good for one answer, on the connection that it was sent on.
		delete handshake.nonce;
		if (type !== 3 || nonce === undefined) return refuse(response);
		const told = readAuthenticate(message);
		const person = people.find((candidate) => isAccountOf(candidate, told.user, told.domain));
		if (!person || !provesPassword(told, nonce, person.password)) return refuse(response);
		handshake.person = person;
		return { person, byToken: false, loginName: windowsLogin(person) };
	};

	const byBasic = (response: Response, sent: string): Caller | undefined => {
		const [, account = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(sent, 'base64').toString('utf8')) ?? [];
		const [userDomain, user] = account.includes('\\') ? [account.split('\\')[0]!, account.split('\\')[1]!] : ['', account];
		const person = people.find((candidate) => isAccountOf(candidate, user, userDomain) || (userDomain === '' && candidate.name === user.toLowerCase()));
		return person?.password === password ? { person, byToken: false, loginName: windowsLogin(person) } : refuse(response);
	};

	return async (request, response) => {
		const handshake = handshakes.get(request.socket) ?? {};
		handshakes.set(request.socket, handshake);
		const [scheme = '', sent = ''] = (request.headers.authorization ?? '').split(/ (.*)/s);
		const token = bearerTokenOf(request.headers.authorization);
		if (token !== undefined && allows('bearer')) return await byToken(response, token);
		if (/^ntlm$/i.test(scheme) && allows('ntlm')) return byNtlm(request, response, handshake, sent);
		if (/^basic$/i.test(scheme) && allows('basic')) return byBasic(response, sent);
		// IIS knows a connection that has been let in.
		if (scheme === '' && handshake.person && allows('ntlm')) return { person: handshake.person, byToken: false, loginName: windowsLogin(handshake.person) };
		return refuse(response);
	};
}
