/**
 * Where n8n's own listener may know what n8n publishes at an address, first to last. It knows nothing of the path below which a proxy
 * publishes it (`N8N_PATH`, `WEBHOOK_URL` with a path), and for what it does not know it answers with its editor.
 * @param internalUrl of the listener, no trailing slash
 * @param least so many segments of the path are n8n's own, e.g. two of `/webhook-waiting/7`
 */
export function internalAddressesOf(address: string, internalUrl: string, least: number): string[] {
	const { pathname, search } = new URL(address);
	const segments = pathname.split('/').slice(1);
	const ways = Math.max(1, segments.length - least + 1);
	return Array.from({ length: ways }, (_, taken) => `${internalUrl}/${segments.slice(taken).join('/')}${search}`);
}
