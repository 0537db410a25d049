import { downstreamRank, type DownstreamStore } from '@patchbay/core';
import { DOWNSTREAM_STATUSES, type StatusUpdate } from '@patchbay/plugin-sdk';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The last word on each delivery of a batch, written where it is news.
 * $1 destination, $2 delivery ids, $3 external ids, $4 statuses, $5 times, $6 all statuses in their order
 */
const NOTE = `
WITH news AS (
  SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) AS n (delivery_id, external_id, status, at)
), found AS (
  SELECT d.id, d.downstream_status, n.status, n.at
  FROM news n JOIN deliveries d ON d.id = n.delivery_id AND d.destination_id = $1::uuid
  UNION ALL
  SELECT d.id, d.downstream_status, n.status, n.at
  FROM news n JOIN deliveries d ON n.delivery_id IS NULL AND d.external_id = n.external_id AND d.destination_id = $1::uuid
), furthest AS (
  SELECT DISTINCT ON (id) id, status, at FROM found
  WHERE array_position($6::text[], status) > coalesce(array_position($6::text[], downstream_status), 0)
  ORDER BY id, array_position($6::text[], status) DESC
), written AS (
  UPDATE deliveries d SET downstream_status = f.status, downstream_at = coalesce(f.at, now()), updated_at = now()
  FROM furthest f WHERE d.id = f.id
    AND array_position($6::text[], f.status) > coalesce(array_position($6::text[], d.downstream_status), 0)
)
SELECT count(*)::int AS known FROM found`;

/** Downstream statuses in PostgreSQL. */
export class PostgresDownstreamStore implements DownstreamStore {
  constructor(private readonly pool: HotPool) {}

  async note(destinationId: string, updates: readonly StatusUpdate[]): Promise<number> {
    // The furthest news first: the statement's order of equal rows would otherwise be the database's choice.
    const usable = updates
      .filter(({ deliveryId, externalId }) =>
        deliveryId === undefined ? externalId !== undefined : UUID.test(deliveryId),
      )
      .toSorted((a, b) => downstreamRank(b.status) - downstreamRank(a.status));
    if (usable.length === 0) return 0;
    const rows = await retryConflicts(() =>
      this.pool.query<{ known: number }>({
        name: 'note-downstream',
        text: NOTE,
        values: [
          destinationId,
          usable.map(({ deliveryId }) => deliveryId ?? null),
          usable.map(({ externalId }) => externalId ?? null),
          usable.map(({ status }) => status),
          usable.map(({ at }) => at ?? null),
          [...DOWNSTREAM_STATUSES],
        ],
      }),
    );
    return rows[0]?.known ?? 0;
  }
}
