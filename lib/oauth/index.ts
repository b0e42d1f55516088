export { buildAuthorizeUrl, newTransactionSecrets, type TransactionSecrets } from './buildAuthorizeUrl';
export { bareCause, classifyAnswer, parseRetryAfter, type AnswerQuirks, type ClassifiedAnswer } from './classifyAnswer';
export { buildClient, TOKEN_REQUEST_TIMEOUT_MS } from './client';
export { isLoopback, parseEndpoint } from './endpoint';
export { exchangeCode } from './exchangeCode';
export { fetchUserInfo } from './fetchUserInfo';
export { probeClient } from './probeClient';
export { refreshTokens } from './refreshTokens';
export { revokeTokens, type RevokeResult } from './revokeTokens';
