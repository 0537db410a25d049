import type { DestinationPause } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { PAUSES, type PauseRow } from '../sql/destination-states.js';

/** Reads the pauses of destinations. Destinations that are not paused are left out. */
export async function readPauses(
  dataSource: DataSource,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, DestinationPause>> {
  const rows = await dataSource.query<(PauseRow & { readonly destination_id: string })[]>(PAUSES, [destinationIds]);
  return new Map(rows.map((row) => [row.destination_id, toPause(row)]));
}

function toPause(row: PauseRow): DestinationPause {
  return {
    by: row.paused_by ?? 'hub',
    byName: row.paused_by_name,
    reason: row.paused_reason ?? 'The destination is paused.',
    at: row.paused_at?.getTime() ?? null,
    until: row.paused_until?.getTime() ?? null,
  };
}
