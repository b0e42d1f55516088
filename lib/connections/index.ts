// Room `connections`: the one place that joins oauth, identity, vault and providers: registration, sign-in, tokens, refresh,
// disconnect, status. It must never know pages or n8n; transport, time and process identity come in from outside.
export { createTokenEngine, toAccessToken, type AccessToken, type TokenEngine, type TokenRequest } from './accessTokenFor';
export { deleteConnection, disconnectAll, probeConnection, reauthorize } from './administration';
export { assertAllowed, canRevoke, clientOf, nameInWords, openConnection, ownerKeyOf, toConnection, type Connection } from './connection';
export { connectedAppsOf, endsOf, type ConnectedApp } from './connectedApps';
export { disconnect, disconnectAndRevoke, workOffRevocations, type DisconnectReceipt } from './disconnect';
export { keepUp } from './upkeep';
export { onBehalfOfTokenFor, readCallersToken, type CallersToken } from './onBehalfOf';
export { completeOpenIdSignIn, endSessionUrlOf, startOpenIdSignIn, takeOpenIdSignIn, type OpenIdPortal } from './openIdSignIn';
export { endSessionsOfSignOut, refuseSignedOut } from './openIdSignOut';
export { OPEN_ID_CLIENT, openIdMaterialOf, readOpenIdSettings, type OpenIdSettings } from './openIdSettings';
export { assertionKeys, ASSERTION_LIFETIME_MS, portalAssertion, type PortalAssertion } from './portalAssertion';
export { portalIdOf, sharedPortalId } from './portalMembership';
export { probeSignIn, type Probe } from './probeSignIn';
export { UseRecorder } from './recordUse';
export { createReference, isReference, openReference } from './reference';
export { registerConnection } from './register';
export { readServerLoginSettings, type ServerLoginSettings } from './serverLoginSettings';
export { isSameClient, serverTokenFor, tryServerLogin, type ServerTokenTools } from './serverToken';
export { claimKeyOf, parseScopes, proofMaterialOf, readConnectionSettings, type ConnectionSettings } from './settings';
export { completeSignIn, equalHashes, startSignIn, takeTransaction, TRANSACTION_MS } from './signIn';
export { completeIfSignedIn, failSignInRequest, HAND_OVER_MS, handOverUrl, MAX_OPEN_REQUESTS_PER_USER, NEW_PEOPLE_PER_HOUR, newSecret, openSignInRequest, personalLinkFor, PERSONAL_LINK_MS, portalLinkFor, signInUrlOf, usersHashOf } from './signInRequest';
export { signInStateOf, stateOf, type SignInState } from './signInState';
export { isSignedIn, missingScopes, policyExpiryOf, signInScopes, statusOf } from './status';
export { tellAuthenticationNeeded, tellResumeFailed, type EventType } from './tell';
export { readTrustedHeaderSettings, trustedHeaderMaterialOf, trustedUser, type TrustedHeaderSettings } from './trustedHeader';
export { verifiedUser, type VerifyingRun } from './verifiedIdentity';
