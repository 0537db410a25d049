import type { NamedOutcome } from '@patchbay/core';
import { DOWNSTREAM_STATUSES, type DownstreamStatus } from '@patchbay/plugin-sdk';
import type { HotPool } from '../connections/hot-pool.js';
import { retryConflicts } from '../connections/retry-conflicts.js';
import { isFurther, type NamedNews } from './news.js';

/**
 * `external_id` holds the name that the update uses: the vendor's id of the message, or our id of the delivery.
 * $1 destination, $2 kinds of names, $3 names, each once and sorted, $4 statuses, $5 times, $6 all statuses in order.
 */
const KEEP = `
INSERT INTO early_news AS e (destination_id, named_by, external_id, status, at, expires_at)
SELECT $1::uuid, n.named_by, n.name, n.status, n.at, now() + interval '1 h'
FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS n (named_by, name, status, at)
ON CONFLICT (destination_id, named_by, external_id) DO UPDATE
  SET status = excluded.status, at = excluded.at, expires_at = excluded.expires_at
  WHERE e.expires_at <= now() OR array_position($6::text[], excluded.status) > array_position($6::text[], e.status)`;

/**
 * An update that has expired and was not cleared away yet stays where it is.
 * $1 destinations, $2 kinds of names, $3 names, $4 deliveries.
 */
const TAKE = `
DELETE FROM early_news e
USING unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS t (destination_id, named_by, name, delivery_id)
WHERE e.destination_id = t.destination_id AND e.named_by = t.named_by AND e.external_id = t.name
  AND e.expires_at > now()
RETURNING e.destination_id, t.delivery_id, e.status, e.at`;

/** News that had been kept, and the delivery it turned out to be about. */
export interface TakenNews {
  readonly destination_id: string;
  readonly delivery_id: string;
  readonly status: DownstreamStatus;
  readonly at: Date | null;
}

/** Keeps the furthest status update of each name for an hour: nothing has been sent yet that it could be about. */
export async function keepEarlyNews(pool: HotPool, destinationId: string, news: readonly NamedNews[]): Promise<void> {
  const furthest = new Map<string, NamedNews>();
  for (const one of news) {
    const key = `${one.by} ${one.name}`;
    if (isFurther(one.status, furthest.get(key)?.status)) furthest.set(key, one);
  }
  if (furthest.size === 0) return;
  const sorted = [...furthest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const values = [
    destinationId,
    sorted.map(({ by }) => by),
    sorted.map(({ name }) => name),
    sorted.map(({ status }) => status),
    sorted.map(({ at }) => at),
    [...DOWNSTREAM_STATUSES],
  ];
  await retryConflicts(() => pool.query({ name: 'keep-early-news', text: KEEP, values }));
}

/** Takes away what was kept for deliveries of which an attempt is recorded now. */
export function takeEarlyNews(pool: HotPool, named: readonly NamedOutcome[]): Promise<readonly TakenNews[]> {
  const names = named.flatMap(({ destinationId, deliveryId, externalId }) => [
    { destinationId, deliveryId, by: 'id', name: deliveryId },
    ...(externalId === null ? [] : [{ destinationId, deliveryId, by: 'externalId', name: externalId }]),
  ]);
  const sorted = names.toSorted((a, b) => (a.by + a.name < b.by + b.name ? -1 : 1));
  const values = [
    sorted.map(({ destinationId }) => destinationId),
    sorted.map(({ by }) => by),
    sorted.map(({ name }) => name),
    sorted.map(({ deliveryId }) => deliveryId),
  ];
  return retryConflicts(() =>
    pool.query<TakenNews & Record<string, unknown>>({ name: 'take-early-news', text: TAKE, values }),
  );
}
