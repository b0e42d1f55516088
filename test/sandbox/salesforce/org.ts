// One Salesforce org: its id and its people. Their rows are in data/.
import { people, type Person } from '../people';
import { recordId, withChecksum } from './ids';

export interface OrgUser extends Person {
	readonly userId: string;
	/** "View All Data": sees every row, whoever owns it. */
	readonly viewsAllData: boolean;
}

export const organizationId = withChecksum('00DgL00000Aq7Zx');
export const orgUsers: readonly OrgUser[] = people.map((person, index) => ({
	...person,
	userId: recordId('005', 7_001 + index),
	viewsAllData: person.name === 'integration',
}));
