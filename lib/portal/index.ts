export type { PortalCookie, PortalRequest, PortalResponse } from './http';
export { handlePortalRequest, type FlowAnswerRelay, type PortalParts } from './portal';
