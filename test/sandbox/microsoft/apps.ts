// The two app registrations in Contoso: what they prove themselves with, and what they may ask for.
import { appKey, type TestKey } from '../testKeys';

export interface App {
	readonly clientId: string;
	readonly name: string;
	readonly isPublic: boolean;
	readonly secret?: string;
	/** Still listed in the registration, and past its end. */
	readonly expiredSecret?: string;
	readonly certificatePem?: string;
}

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export const confidentialApp = {
	clientId: '5e3d9c1b-7a42-4f68-8b0e-1d2c3b4a5968',
	name: 'Connected Apps for n8n',
	isPublic: false,
	secret: 'Qx~8Q~sandbox-secret-of-connected-apps-0001',
	expiredSecret: 'Ab~7Q~sandbox-secret-that-has-expired-0000',
	certificatePem: appKey.certificatePem,
} satisfies App;

export const publicApp = { clientId: '9f8e7d6c-5b4a-4c3d-9e2f-1a0b9c8d7e6f', name: 'Connected Apps for n8n (public)', isPublic: true } satisfies App;

export const apps: readonly App[] = [confidentialApp, publicApp];
export const confidentialAppKey: TestKey = appKey;

/** "Application ID URI": in front of the scopes that the app itself offers. */
export function applicationIdUri({ clientId }: App): string {
	return `api://${clientId}`;
}

export function appOf(clientId: string | null | undefined): App | undefined {
	return apps.find((app) => app.clientId === clientId);
}
