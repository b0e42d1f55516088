import type { MakePlace } from '../../vault/contract/setup';
import { describeApis } from './apis';
import { describeOnBehalfOf } from './onBehalfOf';
import { describeReferences } from './references';
import { describeRegistering } from './registering';
import { describeServerTokens } from './serverTokens';
import { describeTerms } from './terms';

/** What is promised whatever the database. */
export function describeOAuth(makePlace: MakePlace): void {
	describeRegistering(makePlace);
	describeTerms(makePlace);
	describeServerTokens(makePlace);
	describeOnBehalfOf(makePlace);
	describeReferences(makePlace);
	describeApis(makePlace);
}
