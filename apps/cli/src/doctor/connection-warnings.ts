import type { JsonObject } from '@patchbay/core';
import { countAt, objectAt } from '../api/json-reading.js';

/** Returns a warning if the PostgreSQL server has no connections left for another process of the same role. */
export function connectionWarnings(ready: JsonObject | undefined): readonly string[] {
  const connections = objectAt(ready, 'databaseConnections');
  if (connections === undefined) return [];
  const [process, used, available] = [
    countAt(connections, 'process'),
    countAt(connections, 'used'),
    countAt(connections, 'available'),
  ];
  if (used + process <= available) return [];
  return [
    `PostgreSQL has ${used} of ${available} connections in use, and each process of the hub opens up to ${process} ` +
      'connections, so another process may fail to start. Lower PATCHBAY_DB_HOT and PATCHBAY_DB_GENERAL, raise ' +
      'max_connections, or put PgBouncer in front (docs/deployment.md).',
  ];
}
