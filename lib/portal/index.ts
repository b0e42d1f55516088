export { isAdmin, personalLinkAccess, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS, type PortalAccess, type PortalSignIn } from './access';
export { accentOf, logoOf, safeHref, type CompanyLook } from './pages';
export { portalLimits, type PortalLimits } from './limits';
export { BACK_CHANNEL_LOGOUT } from './backChannelLogout';
export { OPEN_ID_CALLBACK, SIGNED_OUT_PAGE } from './openId';
export type { PortalCookie, PortalRequest, PortalResponse } from './http';
export { handlePortalRequest, type FlowAnswerRelay, type PortalParts } from './portal';
