import type { HubEnvironment } from '@patchbay/config';
import { ConfigurationError } from '@patchbay/core';
import { probeDatabase } from '@patchbay/database';
import { withStartupErrors, type DatabaseVariable } from '../boot/startup-error.js';

/** Addresses of the hub's database. */
export interface DatabaseAddresses {
  /** Address of PostgreSQL itself, for everything except the hot paths. */
  readonly url: string;
  /** Variable that contains {@link url}. */
  readonly variable: DatabaseVariable;
  /** Address for the hot paths. */
  readonly hotUrl: string;
  /** True if {@link hotUrl} is the address of a connection pooler. */
  readonly isPooled: boolean;
}

/**
 * Finds out which address leads to a connection pooler, and which leads to PostgreSQL itself.
 * @throws ConfigurationError if no variable has the address of PostgreSQL itself, or if an address is wrong
 */
export async function findAddresses(
  databaseUrl: string,
  { databaseDirectUrl }: Pick<HubEnvironment, 'databaseDirectUrl'>,
): Promise<DatabaseAddresses> {
  const { isPooled, identity } = await withStartupErrors('database', probeDatabase(databaseUrl));
  if (databaseDirectUrl === undefined) {
    if (isPooled)
      throw problem(
        'DATABASE_URL',
        'a connection pooler answers there, but notifications, migrations and the queue without Redis need sessions of ' +
          'PostgreSQL itself. Set DATABASE_DIRECT_URL to the address of PostgreSQL without the pooler',
      );
    return { url: databaseUrl, variable: 'DATABASE_URL', hotUrl: databaseUrl, isPooled };
  }
  const direct = await withStartupErrors('database', probeDatabase(databaseDirectUrl), 'DATABASE_DIRECT_URL');
  if (direct.isPooled)
    throw problem('DATABASE_DIRECT_URL', 'a connection pooler answers there. Set the address of PostgreSQL itself');
  if (direct.identity !== identity)
    throw problem(
      'DATABASE_DIRECT_URL',
      'it leads to another server or database than DATABASE_URL. Set both to the same database',
    );
  return { url: databaseDirectUrl, variable: 'DATABASE_DIRECT_URL', hotUrl: databaseUrl, isPooled };
}

function problem(field: DatabaseVariable, message: string): ConfigurationError {
  return new ConfigurationError([{ field, message: `${message}. See docs/deployment.md.` }]);
}
