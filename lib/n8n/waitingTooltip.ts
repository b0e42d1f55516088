/**
 * Shown by the editor on a waiting node. `setMetadata({ resumeUrl })` makes `resumeUrl` the sign-in page, which carries no authority
 * (S39), or where people see what else the node waits for; n8n's own is never shown.
 */
export const WAITING_TOOLTIP = `={{ $execution.resumeUrl.includes("/sign-in?request=") ? "Authentication needed. <a href='" + $execution.resumeUrl + "' target='_blank'>Sign in to go on</a>" : /^https?:/.test($execution.resumeUrl) && !$execution.resumeUrl.includes("/webhook-waiting/") ? "Waiting; goes on by itself. <a href='" + $execution.resumeUrl + "' target='_blank'>See what it waits for</a>" : "Waiting; goes on by itself" }}`;
