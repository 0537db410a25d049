import pg from 'pg';

/**
 * Function of PostgreSQL in which a commit waits for synchronous standbys. Notices contain its name in every language.
 */
const WAIT_FOR_STANDBY = 'SyncRepWaitForLSN';
/** SQLSTATE of a write that a standby refused. */
const READ_ONLY = '25006';

/**
 * Error of a commit whose wait for a synchronous standby was cancelled. The transaction is committed on the primary only,
 * so a failover may lose it. PostgreSQL reports success with a warning.
 */
export class UnreplicatedCommitError extends Error {
  override readonly name = 'UnreplicatedCommitError';

  constructor() {
    super(
      'A transaction may not be on any standby, because somebody cancelled the wait of its commit for a synchronous ' +
        'standby. Check pg_stat_replication, and do not cancel sessions of the hub.',
    );
  }
}

/**
 * Closes a connection when a failover or a missing standby makes it unusable:
 * - If PostgreSQL warns that a commit was not replicated, the statement in progress fails with
 *   {@link UnreplicatedCommitError}. PostgreSQL sends the warning before the end of the statement.
 * - If the server is a standby, such as a former primary, the next statement gets a new connection, which may lead to the
 *   new primary.
 *
 * The connection must have the setting `client_min_messages = warning`. Adds no work to statements that succeed.
 */
export function watchForFailover(client: pg.Client): void {
  const { connection } = client;
  // pg handles an error of the connection as it handles a failure of the socket.
  client.on('notice', ({ routine }) => {
    if (routine === WAIT_FOR_STANDBY) connection.emit('error', new UnreplicatedCommitError());
  });
  connection.on('errorMessage', (error: unknown) => {
    if (error instanceof pg.DatabaseError && error.code === READ_ONLY) connection.emit('error', error);
  });
}
