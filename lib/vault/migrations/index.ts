import type { Db } from '../database';
import { initial } from './001-initial';
import { traitsTermsAndTokens } from './002-traits-terms-and-tokens';
import { waits } from './003-waits';
import { portalAndIdentities } from './004-portal-and-identities';
import { usesAndAdministration } from './005-uses-and-administration';
import { peopleNotSeenBefore } from './006-people-not-seen-before';
import { signInsAtTheProvider } from './007-sign-ins-at-the-provider';
import { portalsInTheAuditLog } from './008-portals-in-the-audit-log';
import { endedSignIns } from './009-ended-sign-ins';

/** Step n makes schema version n + 1 of version n. Never edited once released, only added to. */
export const MIGRATIONS: readonly ((db: Db) => Promise<void>)[] = [initial, traitsTermsAndTokens, waits, portalAndIdentities, usesAndAdministration, peopleNotSeenBefore, signInsAtTheProvider, portalsInTheAuditLog, endedSignIns];

export const SCHEMA_VERSION = MIGRATIONS.length;
