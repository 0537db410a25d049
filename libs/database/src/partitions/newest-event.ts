import type { SqlRunner } from '../connections/sql-runner.js';
import { partitionTable } from './daily-partitions.js';
import type { Partition } from './find-partitions.js';

/**
 * Returns the id of the newest stored event; null if no event is stored. Reads one index entry per brand and partition,
 * from the newest day backwards to the first day with an event.
 * @param partitions partitions of the schema, ordered by day
 */
export async function newestEventId(runner: SqlRunner, partitions: readonly Partition[]): Promise<string | null> {
  const attached = partitions.filter(({ table, state }) => table === 'events' && state === 'attached');
  const days = new Map<number, Partition[]>();
  for (const partition of attached) days.set(partition.day, [...(days.get(partition.day) ?? []), partition]);
  for (const ofDay of [...days.values()].reverse()) {
    const newest = ofDay.map(
      (partition) => `SELECT newest.id FROM brands b CROSS JOIN LATERAL (
        SELECT e.id FROM ${partitionTable('events', partition)} e WHERE e.brand_id = b.id
        ORDER BY e.brand_id DESC, e.id DESC LIMIT 1
      ) newest`,
    );
    const [row] = await runner.query<{ id: string }[]>(`${newest.join(' UNION ALL ')} ORDER BY id DESC LIMIT 1`);
    if (row !== undefined) return row.id;
  }
  return null;
}
