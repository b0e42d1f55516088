// Room `identity`: who is meant, and is it them. It owns the user key and the comparison of a provider's account with it.
// It must never know tokens, rows, pages or n8n.
export { matchAccount, type AccountVerdict } from './matchAccount';
export { includesPerson, isNobody, NOBODY, readPeople, type People } from './people';
export { isEmailForm, USER_KEY_MAX_LENGTH, userKey } from './userKey';
