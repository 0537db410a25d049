import type { PgRunner } from '../query/pg-pool.js';
import { HOT_SETTINGS } from './hot-settings.js';

/** State of a connection of the hot paths. */
export interface HotConnection {
  /** Settings that have other values than the hub needs, such as `jit is on instead of off`. */
  readonly wrongSettings: readonly string[];
  /**
   * True if PostgreSQL knows prepared statements by the names that the hub gives them. Behind a connection pooler, this
   * means that the pooler does not track prepared statements.
   */
  readonly keepsStatementNames: boolean;
  /** Role that the connection signed in as, quoted for SQL. */
  readonly role: string;
}

interface SettingRow {
  readonly name: string;
  readonly setting: string;
  readonly is_named: boolean;
  readonly role: string;
}

const NAME = 'read-hot-connection';

/** Reads the state of one connection of the hot paths. */
export async function readHotConnection(runner: PgRunner): Promise<HotConnection> {
  const rows = await runner.query<SettingRow & Record<string, unknown>>({
    name: NAME,
    text: `SELECT s.name, s.setting, quote_ident(session_user) AS role,
        EXISTS (SELECT FROM pg_prepared_statements p WHERE p.name = $2) AS is_named
      FROM pg_settings s WHERE s.name = ANY ($1::text[]) ORDER BY array_position($1::text[], s.name)`,
    values: [Object.keys(HOT_SETTINGS), NAME],
  });
  return {
    wrongSettings: rows
      .filter(({ name, setting }) => setting !== HOT_SETTINGS[name])
      .map(({ name, setting }) => `${name} is ${setting} instead of ${HOT_SETTINGS[name] ?? ''}`),
    keepsStatementNames: rows.some(({ is_named: isNamed }) => isNamed),
    role: rows[0]?.role ?? '',
  };
}
