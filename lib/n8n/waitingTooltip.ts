/** Shown by the editor on a waiting node; `setMetadata({ resumeUrl })` makes `resumeUrl` the sign-in page, which carries no authority (S39). */
export const WAITING_TOOLTIP = '=Authentication needed. <a href="{{ $execution.resumeUrl }}" target="_blank">Sign in to go on</a>';
