import { hotRoleStatements, type HotConnection } from '@patchbay/database';

/**
 * Returns the problem of a connection of the hot paths with its fix. Null if the connection works as the hub needs it.
 */
export function hotConnectionProblem(
  { wrongSettings, keepsStatementNames, role }: HotConnection,
  isPooled: boolean,
): string | null {
  if (wrongSettings.length > 0) {
    const cause = isPooled ? 'the connection pooler drops' : 'PostgreSQL, or a pooler in between, ignores';
    return (
      `${cause} settings that the hub needs: ${wrongSettings.join(', ')}. Give the settings to the role of DATABASE_URL ` +
      'with the following statements, then let the pooler open new connections with RECONNECT. Alternatively, set them ' +
      `with connect_query in pgbouncer.ini. See docs/deployment.md.\n${hotRoleStatements(role).join('\n')}`
    );
  }
  if (isPooled && keepsStatementNames)
    return (
      'the connection pooler does not track prepared statements. Use PgBouncer 1.21 or newer with ' +
      'pool_mode = transaction and max_prepared_statements = 200. See docs/deployment.md.'
    );
  return null;
}
