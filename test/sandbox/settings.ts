// What a test may change while the sandbox runs (POST /control/settings).

export interface SandboxSettings {
	/** true: refresh tokens are single use and a replay kills the grant. false: a refresh answers without a refresh token. */
	rotation: boolean;
	/** Whether the redirect back to the client carries `iss` (RFC 9207). */
	issParameter: boolean;
	accessTokenTtlSeconds: number;
	omitInstanceUrlOnRefresh: boolean;
	/** How long a refresh holds its lock before it is processed, so that "at the same time" means something on loopback. */
	refreshHoldMs: number;
	/** Salesforce keeps five approvals per user and app; the sixth sign-in revokes the oldest. */
	approvalsPerUserAndApp: number;
}

export const defaultSettings: Readonly<SandboxSettings> = {
	rotation: true,
	issParameter: true,
	accessTokenTtlSeconds: 7_200,
	omitInstanceUrlOnRefresh: false,
	refreshHoldMs: 25,
	approvalsPerUserAndApp: 5,
};

/** Applies the known keys of `changes`. Throws a TypeError that names the first unknown key or wrong type. */
export function applySettings(settings: SandboxSettings, changes: Record<string, unknown>): void {
	for (const [key, value] of Object.entries(changes)) {
		if (!(key in defaultSettings)) throw new TypeError(`unknown setting ${key}`);
		const expected = typeof defaultSettings[key as keyof SandboxSettings];
		if (typeof value !== expected) throw new TypeError(`${key} must be a ${expected}`);
	}
	Object.assign(settings, changes);
}
