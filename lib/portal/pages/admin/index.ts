export { adminConnectionPage, adminConnectionsPage } from './connections';
export { adminActivityPage, adminConfirmPage, adminSessionsPage, adminUsagePage, type AdminConfirmProps } from './lists';
export { adminPeoplePage, adminPersonPage } from './people';
export type { AdminConnectionView, AdminFrame, AdminPersonAppView, AdminPersonRow, AdminSection, UsageRow } from './views';
