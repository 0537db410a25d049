/** What a person can do when the PostgreSQL from npm is no option on their machine. */
export const USE_OWN_DATABASE =
  'Set DATABASE_URL to a PostgreSQL 15 or newer instead, e.g. DATABASE_URL=postgres://user:password@127.0.0.1:5432/patchbay.';

/** The embedded PostgreSQL could not be found, made, started or stopped. The message says what, where and how to fix it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
