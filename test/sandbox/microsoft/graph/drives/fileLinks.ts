// Pre-signed addresses of files: whoever has one may read that file for a while, and nobody is asked who they are.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { GraphSettings } from '../../graphSettings';

export interface FileLink {
	readonly driveId: string;
	readonly itemId: string;
	/** Of an older version. */
	readonly versionId?: string;
}

export class FileLinks {
	private readonly key = randomBytes(32);

	constructor(
		private readonly filesUrl: string,
		private readonly settings: GraphSettings,
	) {}

	addressOf(link: FileLink): string {
		const text = Buffer.from(JSON.stringify({ ...link, expiresAtMs: Date.now() + this.settings.graphDownloadUrlSeconds * 1000 })).toString('base64url');
		return `${this.filesUrl}/_layouts/15/download.aspx?UniqueId=${link.itemId}&Translate=false&tempauth=${text}.${this.sign(text)}&ApiVersion=2.0`;
	}

	/** Undefined for what was not signed here, and for what has expired. */
	read(tempAuth: string): FileLink | undefined {
		const [text = '', signature = ''] = tempAuth.split('.');
		const [expected, actual] = [Buffer.from(this.sign(text)), Buffer.from(signature)];
		if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return undefined;
		const { expiresAtMs, ...link } = JSON.parse(Buffer.from(text, 'base64url').toString()) as FileLink & { expiresAtMs: number };
		return expiresAtMs > Date.now() ? link : undefined;
	}

	private sign(text: string): string {
		return createHmac('sha256', this.key).update(text).digest('base64url');
	}
}
