import type { IDataObject, INode, Logger } from 'n8n-workflow';

import type { UserSession } from '../../../lib/n8n';
import type { HttpHelpers } from '../../../lib/n8n/fetch';

/** What a backend is made of; `createOnlineBackend(parts)` and `createServerBackend(parts)` are the two. */
export interface BackendParts {
	session: UserSession;
	node: INode;
	logger: Logger;
	/** n8n's, for addresses that take no token of the session. */
	helpers: HttpHelpers;
	/** Ends calls and waits when the execution is cancelled. */
	signal?: AbortSignal;
	itemIndex?: number;
	/** The collection "Options" of the node. */
	options: IDataObject;
}
