import type { Download, EntryAt } from '../backend';
import { aboutEntry } from './addresses';
import { earlierVersion, findKind } from './entries';
import type { ServerApi } from './serverApi';

/** The bytes as a stream. The server gives no parts: a download that breaks off begins again with the next run. */
export async function download(api: ServerApi, at: EntryAt, { versionId }: { versionId?: string }): Promise<Download> {
	const about = aboutEntry(at);
	const { entry, address } = await findKind(api, at, 'file');
	if (versionId === undefined || versionId === entry.version) return { file: entry, body: (await api.open(address.with('/$value'), about)).body };
	const wanted = await earlierVersion(api, at, entry, address, versionId);
	const { body } = await api.open(address.with(`/versions(${wanted.number})/$value`), `version ${versionId} of the ${about}`);
	return { file: { ...entry, size: wanted.version.size ?? entry.size, versionId }, body };
}
