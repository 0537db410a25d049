import type { NamedOutcome } from '@patchbay/core';
import { DOWNSTREAM_STATUSES, type DownstreamStatus } from '@patchbay/plugin-sdk';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isFurther, type NamedNews } from './news.js';

/** $1 destination, $2 the vendor's ids, each once and sorted, $3 statuses, $4 times, $5 all statuses in their order. */
const KEEP = `
INSERT INTO early_news AS e (destination_id, external_id, status, at, expires_at)
SELECT $1::uuid, n.external_id, n.status, n.at, now() + interval '1 h'
FROM unnest($2::text[], $3::text[], $4::timestamptz[]) AS n (external_id, status, at)
ON CONFLICT (destination_id, external_id) DO UPDATE
  SET status = excluded.status, at = excluded.at, expires_at = excluded.expires_at
  WHERE array_position($5::text[], excluded.status) > array_position($5::text[], e.status)`;

/** $1 destinations, $2 the vendor's ids, $3 deliveries. */
const TAKE = `
DELETE FROM early_news e USING unnest($1::uuid[], $2::text[], $3::uuid[]) AS t (destination_id, external_id, delivery_id)
WHERE e.destination_id = t.destination_id AND e.external_id = t.external_id
RETURNING e.destination_id, t.delivery_id, e.status, e.at`;

/** News that had been kept, and the delivery it turned out to be about. */
export interface TakenNews {
  readonly destination_id: string;
  readonly delivery_id: string;
  readonly status: DownstreamStatus;
  readonly at: Date | null;
}

/** Keeps the furthest news of each message that no delivery is known for, for an hour. */
export async function keepEarlyNews(pool: HotPool, destinationId: string, news: readonly NamedNews[]): Promise<void> {
  const furthest = new Map<string, NamedNews>();
  for (const one of news) {
    if (isFurther(one.status, furthest.get(one.name)?.status)) furthest.set(one.name, one);
  }
  if (furthest.size === 0) return;
  const sorted = [...furthest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const values = [
    destinationId,
    sorted.map(({ name }) => name),
    sorted.map(({ status }) => status),
    sorted.map(({ at }) => at),
    [...DOWNSTREAM_STATUSES],
  ];
  await retryConflicts(() => pool.query({ name: 'keep-early-news', text: KEEP, values }));
}

/** Takes away what was kept of messages whose deliveries are known by now. */
export function takeEarlyNews(pool: HotPool, named: readonly NamedOutcome[]): Promise<readonly TakenNews[]> {
  const sorted = named.toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const values = [
    sorted.map(({ destinationId }) => destinationId),
    sorted.map(({ externalId }) => externalId),
    sorted.map(({ deliveryId }) => deliveryId),
  ];
  return retryConflicts(() =>
    pool.query<TakenNews & Record<string, unknown>>({ name: 'take-early-news', text: TAKE, values }),
  );
}
