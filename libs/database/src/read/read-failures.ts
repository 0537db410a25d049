import {
  FAILURE_STATES,
  FAILURES_LIMIT,
  type Clock,
  type FailureFilter,
  type FailureGroup,
  type Failures,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { MAX_TIME_WINDOW_MS, newestPartOf, timeWindowOf, type TimeWindow } from '../partitions/time-window.js';
import { attemptsOf } from '../sql/attempts.js';
import { QUEUES } from '../sql/queues.js';
import { destinationConditions } from './delivery-conditions.js';
import { SqlValues } from './sql-values.js';

/** Time window of the first statement, in milliseconds. */
const FIRST_WINDOW_MS = 86_400_000;
/** Growth of the time window per statement. A statement reads a limited number of failures in any case. */
const GROWTH = 4;
/** Time after which counting stops, in milliseconds. */
const MAX_SEARCH_MS = 2_000;

interface CauseRow {
  /** Null if the destination was undecided. */
  readonly destination: string | null;
  readonly status: FailureGroup['status'];
  readonly error_kind: string | null;
  readonly vendor_code: string | null;
  readonly count: number;
  readonly first_at: Date;
  readonly last_at: Date;
  /** Id of the newest delivery. */
  readonly newest: string;
  /** Number of failures of the destination that the statement read, including failures that were sent again. */
  readonly scanned: number;
}

/**
 * Counts the failures of a brand by destination, state, error kind and vendor code, newest first, along the index of
 * failed deliveries. A failure with a later delivery of the same event and subscription is left out, because a replay
 * sent it again.
 * @param primary connections to the primary, for the messages of vendors, which an erasure removes
 */
export async function readFailures(
  { dataSource, primary }: { readonly dataSource: DataSource; readonly primary: DataSource },
  clock: Clock,
  brandId: string,
  filter: FailureFilter,
): Promise<Failures> {
  if (!isStorable(...(filter.destination ?? []))) return { groups: [], countIsExact: true };
  const whole = timeWindowOf(filter);
  const replayed = await hasReplays(dataSource, brandId, whole.from);
  const groups = new Map<string, FailureGroup>();
  const scanned = new Map<string | null, number>();
  const started = performance.now();
  let isFull = false;
  let rest = whole;
  let lengthMs = FIRST_WINDOW_MS;
  while (rest.before > rest.from && !isFull && performance.now() - started < MAX_SEARCH_MS) {
    const window = newestPartOf(rest, lengthMs, clock.now());
    const rows = await causesIn(dataSource, brandId, filter, window, replayed);
    for (const row of rows) add(groups, row);
    for (const [name, count] of new Map(rows.map((row) => [row.destination, row.scanned]))) {
      const total = (scanned.get(name) ?? 0) + count;
      scanned.set(name, total);
      isFull ||= total >= FAILURES_LIMIT;
    }
    rest = { from: rest.from, before: window.from };
    lengthMs = Math.min(lengthMs * GROWTH, MAX_TIME_WINDOW_MS);
  }
  const found = [...groups.values()].sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
  const shown = found.slice(0, filter.limit);
  return { groups: await withMessages(primary, shown), countIsExact: !isFull && rest.before <= rest.from };
}

async function causesIn(
  dataSource: DataSource,
  brandId: string,
  filter: FailureFilter,
  { from, before }: TimeWindow,
  replayed: boolean,
): Promise<readonly CauseRow[]> {
  const values = new SqlValues();
  const lowest = values.add(from, 'uuid');
  const states = FAILURE_STATES.map((state) => `'${state}'`).join(', ');
  // Event and subscription are not in the index, so they are read only if they are needed.
  const identity = replayed ? ', d.event_id, d.subscription_id' : '';
  const sentAgain = `EXISTS (
    SELECT FROM deliveries later
    WHERE later.event_id = f.event_id AND later.subscription_id = f.subscription_id
      AND later.id >= ${lowest} AND left(later.id::text, 13) > left(f.id::text, 13)
  )`;
  return dataSource.query<CauseRow[]>(
    `WITH f AS MATERIALIZED (
      SELECT t.name AS destination, newest.* FROM ${QUEUES} t CROSS JOIN LATERAL (
        SELECT d.id, d.destination_id, d.state, d.error_kind, d.vendor_code, d.ended_at${identity}
        FROM deliveries_ended d
        WHERE d.destination_id = ANY (ARRAY[t.id]) AND d.id >= ${lowest} AND d.id < ${values.add(before, 'uuid')}
          AND d.state IN (${states})
        ORDER BY d.destination_id DESC, d.id DESC LIMIT ${values.add(FAILURES_LIMIT, 'int')}
      ) newest
      WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    )
    SELECT f.destination, f.state AS status, f.error_kind, f.vendor_code, count(*)::int AS count,
      min(f.ended_at) AS first_at, max(f.ended_at) AS last_at, max(f.id::text) AS newest, max(read.n)::int AS scanned
    FROM f JOIN (SELECT destination_id, count(*) AS n FROM f GROUP BY destination_id) read USING (destination_id)
    ${replayed ? `WHERE NOT ${sentAgain}` : ''}
    GROUP BY f.destination_id, f.destination, f.state, f.error_kind, f.vendor_code`,
    values.all,
  );
}

function add(groups: Map<string, FailureGroup>, row: CauseRow): void {
  const { destination, status, error_kind: errorKind, vendor_code: vendorCode, count, newest } = row;
  const [firstAt, lastAt] = [row.first_at.getTime(), row.last_at.getTime()];
  const key = JSON.stringify([destination, status, errorKind, vendorCode]);
  const known = groups.get(key);
  const group = { destination, status, errorKind, vendorCode, count, firstAt, lastAt };
  groups.set(
    key,
    known === undefined
      ? { ...group, example: { deliveryId: newest, message: null } }
      : {
          ...known,
          count: known.count + count,
          firstAt: Math.min(known.firstAt, firstAt),
          lastAt: Math.max(known.lastAt, lastAt),
        },
  );
}

/** Returns true if the brand has a replay from the time of an id on. */
async function hasReplays(dataSource: DataSource, brandId: string, from: string): Promise<boolean> {
  const rows = await dataSource.query<unknown[]>(
    'SELECT FROM replays WHERE brand_id = $1::uuid AND id >= $2::uuid LIMIT 1',
    [brandId, from],
  );
  return rows.length > 0;
}

/** Adds the messages of the examples' last attempts. */
async function withMessages(primary: DataSource, groups: readonly FailureGroup[]): Promise<readonly FailureGroup[]> {
  if (groups.length === 0) return groups;
  const ids = groups.map(({ example }) => example.deliveryId).sort();
  const rows = await primary.query<{ delivery_id: string; message: string | null }[]>(
    `SELECT DISTINCT ON (a.delivery_id) a.delivery_id, a.message
    FROM (${attemptsOf((id) => `${id} = ANY ($1::uuid[]) AND ${id} >= $2::uuid AND ${id} <= $3::uuid`)}) a
    ORDER BY a.delivery_id, a.number DESC`,
    [ids, ids[0] ?? lowestIdAt(0), ids.at(-1) ?? lowestIdAt(0)],
  );
  const messages = new Map(rows.map((row) => [row.delivery_id, row.message]));
  return groups.map((group) => {
    const { deliveryId } = group.example;
    return { ...group, example: { deliveryId, message: messages.get(deliveryId) ?? null } };
  });
}
