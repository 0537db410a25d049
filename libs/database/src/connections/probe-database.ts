import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 30_000;

/** Facts about the database at an address. */
interface DatabaseProbe {
  /**
   * True if a connection pooler such as PgBouncer answers at the address. A pooler announces another process id than that
   * of the server process that runs the statements.
   */
  readonly isPooled: boolean;
  /** Identity of the server and the database, equal for all addresses of the same database. */
  readonly identity: string;
}

/**
 * Connects once and reads facts about the database.
 * @throws the error of the connection
 */
export async function probeDatabase(url: string): Promise<DatabaseProbe> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'patchbay',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number; identity: string }>(
      `SELECT pg_backend_pid() AS pid, extract(epoch FROM pg_postmaster_start_time()) || ' ' || oid AS identity
      FROM pg_database WHERE datname = current_database()`,
    );
    // pg stores the process id that the server announced in this property, which is missing in the types of pg.
    const announced: unknown = Reflect.get(client, 'processID');
    return { isPooled: rows[0]?.pid !== announced, identity: rows[0]?.identity ?? '' };
  } finally {
    await client.end().catch(() => undefined);
  }
}
