import { Statement } from '../query/columns.js';

/** Length of the time steps in which events are counted, in seconds. */
const STEP_SECONDS = 600;

/**
 * Adds counts to the current time step of each source. Deletes the old time steps of these sources. A source without new
 * events keeps its last time steps, which have the time of its last event. `last_event_at` is in milliseconds since the
 * epoch.
 */
export const ADD_SOURCE_COUNTS = new Statement(
  undefined,
  { counts: { source_id: 'uuid', accepted: 'int', quarantined: 'int', last_event_at: 'float8' } },
  `
WITH old AS (
  DELETE FROM source_activity a
  WHERE a.at < now() - interval '25 hours' AND a.source_id IN (SELECT t.source_id FROM $counts AS t)
)
INSERT INTO source_activity AS a (source_id, at, accepted, quarantined, last_event_at)
SELECT t.source_id, to_timestamp(floor(extract(epoch FROM now()) / ${STEP_SECONDS}) * ${STEP_SECONDS}), t.accepted,
  t.quarantined, to_timestamp(t.last_event_at / 1000)
FROM $counts AS t
ON CONFLICT (source_id, at) DO UPDATE SET
  accepted = a.accepted + excluded.accepted, quarantined = a.quarantined + excluded.quarantined,
  last_event_at = greatest(a.last_event_at, excluded.last_event_at)`,
);
