export { EmbeddedPostgresError } from './embedded-postgres.error.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { withFileLock } from './file-lock.js';
export { freePort } from './free-port.js';
export { processStamp } from './process-stamp.js';
export { unprivilegedIdentity } from './unprivileged-user.js';
