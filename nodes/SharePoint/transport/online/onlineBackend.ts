import type { Backend } from '../backend';
import type { BackendParts } from '../backendParts';
import { download } from './download';
import { entryOperations } from './entries';
import { createGraphApi } from './graphApi';
import { itemOperations } from './items';
import { search } from './search';
import { siteOperations } from './sites';
import { updateContent, uploadFile } from './upload';

/** SharePoint Online through Microsoft Graph v1.0. */
export function createOnlineBackend(parts: BackendParts): Backend {
	const api = createGraphApi(parts);
	return {
		service: 'online',
		can: (capability) => capability !== 'password',
		...siteOperations(api),
		...itemOperations(api),
		...entryOperations(api),
		download: async (at, options) => await download(api, at, options),
		upload: async (folder, name, source, options) => await uploadFile(api, folder, name, source, options),
		updateContent: async (file, source, options) => await updateContent(api, file, source, options),
		search: async (kind, query, page) => await search(api, kind, query, page),
	};
}
