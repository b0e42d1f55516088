import type { Backend } from '../backend';
import type { BackendParts } from '../backendParts';
import { download } from './download';
import { entryOperations } from './entries';
import { itemOperations, notHere } from './items';
import { createServerApi } from './serverApi';
import { siteOperations } from './sites';
import { updateContent, uploadFile } from './upload';

/** SharePoint Server (Subscription Edition, 2019) through its REST API `_api`. */
export function createServerBackend(parts: BackendParts): Backend {
	const api = createServerApi(parts);
	return {
		service: 'server',
		can: (capability) => capability === 'password',
		...siteOperations(api),
		...itemOperations(api),
		...entryOperations(api),
		download: async (at, options) => await download(api, at, options),
		upload: async (folder, name, source, options) => await uploadFile(api, folder, name, source, options),
		updateContent: async (file, source, options) => await updateContent(api, file, source, options),
		search: async () => notHere(api, 'is not searched across sites by this node'),
	};
}
