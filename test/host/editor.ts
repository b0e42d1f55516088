/** n8n's editor in a browser profile, signed in as a client is. */
import type { Page, Profile } from './browser';
import type { N8nClient } from './n8nClient';

/** Gives a profile the client's session at n8n: the editor then opens without a sign-in page. */
export async function signInToEditor({ context }: Profile, { url, session }: N8nClient): Promise<void> {
	await context.addCookies(
		session.cookies().map(({ name, value }) => ({ name, value, url, httpOnly: true, sameSite: 'Lax' as const })),
	);
	// n8n binds the session to a browser id, which the editor keeps in its storage.
	await context.addInitScript(
		`if (location.origin === ${JSON.stringify(new URL(url).origin)}) ` +
			`localStorage.setItem('n8n-browserId', ${JSON.stringify(session.browserId)})`,
	);
}

async function pageAt(profile: Profile, client: N8nClient, path: string): Promise<Page> {
	await signInToEditor(profile, client);
	const page = await profile.newPage();
	// Whoever asks waits for what they want to see; all of it takes its time on a busy machine.
	const answer = await page.goto(`${client.url}${path}`, { waitUntil: 'commit' });
	if (!answer?.ok()) throw new Error(`${path} answered ${answer?.status()}: was n8n started with { editor: false }?`);
	return page;
}

/** Closes what n8n lays over the canvas for a new user. */
async function closeFirstRunDialogs(page: Page): Promise<void> {
	const dialogs = page.locator('[role="dialog"]:visible, .el-dialog:visible');
	for (let left = 3; left > 0 && (await dialogs.count()) > 0; left -= 1) {
		const shown = dialogs.first();
		await page.keyboard.press('Escape');
		await shown.waitFor({ state: 'hidden', timeout: 2_000 }).catch(() => undefined);
	}
}

/**
 * Opens a workflow in the editor and waits until its nodes are drawn. The profile is signed in
 * with the client's session.
 */
export async function openEditor(profile: Profile, client: N8nClient, workflowId: string): Promise<Page> {
	const page = await pageAt(profile, client, `/workflow/${workflowId}`);
	await page.locator('[data-test-id="canvas-node"]').first().waitFor({ timeout: 60_000 });
	await closeFirstRunDialogs(page);
	return page;
}

/** Goes on to another address in an open editor, as its own links do: loading it anew takes ten seconds. */
export async function goWithinEditor(page: Page, path: string): Promise<void> {
	await page.evaluate((to) => {
		history.pushState({}, '', to);
		dispatchEvent(new PopStateEvent('popstate', { state: null }));
	}, path);
}

/** Opens one execution of a workflow in the editor. */
export async function openExecution(
	profile: Profile,
	client: N8nClient,
	execution: { id: string; workflowId: string },
): Promise<Page> {
	const page = await pageAt(profile, client, `/workflow/${execution.workflowId}/executions/${execution.id}`);
	await page.locator('[data-test-id="workflow-preview-iframe"], [data-test-id="canvas-node"]').first().waitFor({ timeout: 60_000 });
	return page;
}
