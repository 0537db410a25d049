/** Longest time of a statement of the hot paths, in milliseconds. */
export const HOT_STATEMENT_TIMEOUT_MS = 30_000;

/**
 * Settings of the hot paths' connections, with values as in `pg_settings`. Most settings fix the plans: generic plans with
 * index scans and nested loops. Otherwise PostgreSQL may cache a plan while a table is empty and keep the plan when the
 * table is full, which is far too slow. The statements are written for these settings. `client_min_messages` makes
 * PostgreSQL send the warning of a commit that was not replicated.
 */
export const HOT_SETTINGS: Readonly<Record<string, string>> = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  client_min_messages: 'warning',
  statement_timeout: String(HOT_STATEMENT_TIMEOUT_MS),
  idle_in_transaction_session_timeout: String(HOT_STATEMENT_TIMEOUT_MS),
};

/** Startup parameter `options` that applies the settings to a connection. Connection poolers refuse or drop it. */
export function hotStartupOptions(): string {
  return Object.entries(HOT_SETTINGS)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/**
 * Returns the statements that give the settings to each new connection of a role.
 * @param role name of the role, quoted for SQL
 */
export function hotRoleStatements(role: string): readonly string[] {
  return Object.entries(HOT_SETTINGS).map(([name, value]) => `ALTER ROLE ${role} SET ${name} = '${value}';`);
}
