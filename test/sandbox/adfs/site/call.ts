// One call, as the resources see it.
import type { Request } from 'express';
import type { Person } from '../../people';
import type { SandboxSettings } from '../../settings';
import { accessDenied, badQuery } from './errors';
import type { Farm } from './data/farm';
import { maySee, type Web } from './data/model';
import type { Digests } from './login/digest';
import type { Caller } from './login/identify';
import type { Uploads } from './data/uploads';

export interface Site {
	readonly farm: Farm;
	readonly settings: SandboxSettings;
	readonly digests: Digests;
	readonly uploads: Uploads;
	/** `http://host:port`. */
	readonly origin: string;
}

export class Call {
	constructor(
		readonly site: Site,
		readonly caller: Caller,
		readonly web: Web,
		/** After `_api/`, as it was asked for. */
		readonly path: string,
		private readonly request: Request,
	) {}

	get person(): Person {
		return this.caller.person;
	}

	/** `…/_api/` of the web. */
	get apiUrl(): string {
		return `${this.webUrl}/_api/`;
	}

	get webUrl(): string {
		return this.urlOf(this.web);
	}

	urlOf(web: Web): string {
		return `${this.site.origin}${web.path === '/' ? '' : web.path}`;
	}

	/** Whether the body is `odata=verbose`: collections in it are `{results: […]}`. */
	get bodyIsVerbose(): boolean {
		return /odata=verbose/i.test(this.request.headers['content-type'] ?? '');
	}

	get body(): AsyncIterable<Buffer> {
		return this.request;
	}

	assertWritable(web: Web = this.web): void {
		if (!web.writers.includes(this.person.name)) throw accessDenied();
	}

	sees(web: Web): boolean {
		return maySee(web, this.person);
	}

	/** @throws SiteError 400 */
	async json(): Promise<Record<string, unknown>> {
		const pieces: Buffer[] = [];
		for await (const piece of this.body) pieces.push(piece);
		const text = Buffer.concat(pieces).toString('utf8');
		if (text.trim() === '') return {};
		try {
			const read = JSON.parse(text) as unknown;
			if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Record<string, unknown>;
		} catch {
			// Told below, as everything else that is no object.
		}
		throw badQuery('The JSON in the body of the request is not valid.');
	}
}
