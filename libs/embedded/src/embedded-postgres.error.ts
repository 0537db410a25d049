/** Hint for machines that cannot run the PostgreSQL from npm. */
export const USE_OWN_DATABASE =
  'Set DATABASE_URL to a PostgreSQL 15 or newer instead, e.g. DATABASE_URL=postgres://user:password@127.0.0.1:5432/patchbay.';

/**
 * Failure to find, create, start or stop the embedded PostgreSQL. The message says what failed, where, and how to fix
 * it.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
