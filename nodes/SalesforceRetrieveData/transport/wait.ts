export { assertNotCancelled, waitMs } from '../../../lib/n8n/wait';
