import type { SourceActivity } from '@patchbay/core';
import type { DataSource } from 'typeorm';

interface ActivityRow {
  readonly source_id: string;
  readonly last_event_at: Date;
  readonly accepted: number;
  readonly quarantined: number;
}

const ACTIVITY = `
SELECT a.source_id, max(a.last_event_at) AS last_event_at,
  coalesce(sum(a.accepted) FILTER (WHERE a.at > now() - interval '1 day'), 0)::int AS accepted,
  coalesce(sum(a.quarantined) FILTER (WHERE a.at > now() - interval '1 day'), 0)::int AS quarantined
FROM source_activity a WHERE a.source_id = ANY ($1::uuid[]) GROUP BY a.source_id`;

/** Reads the number of events of sources in the last 24 hours, and the time of their last event. */
export async function readSourceActivity(
  dataSource: DataSource,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, SourceActivity>> {
  const rows = await dataSource.query<ActivityRow[]>(ACTIVITY, [sourceIds]);
  return new Map(
    rows.map(({ source_id: id, last_event_at: last, accepted, quarantined }) => [
      id,
      { lastEventAt: last.getTime(), accepted, quarantined },
    ]),
  );
}
