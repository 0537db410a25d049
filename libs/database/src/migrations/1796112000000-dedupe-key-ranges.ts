import { timeOfUuidV7 } from '@patchbay/core';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dayOf, dayStart, lowestIdAt } from '../partitions/daily-partitions.js';

const NEXT_KEY = 'SELECT event_id AS id FROM ingest_keys WHERE event_id >= $1::uuid ORDER BY event_id LIMIT 1';

/**
 * Replaces the first 12 digits of the keys of one day. An erased event has no sender's id any more, so its key remains,
 * as the key of a deleted event does.
 * $1 lowest id of the day, $2 lowest id of the next day
 */
const REPLACE_PREFIX = `
UPDATE ingest_keys k
SET key = (
  left(encode(sha256(convert_to(e.source_id::text || ':' || e.source_event_id, 'UTF8')), 'hex'), 12)
  || right(replace(k.key::text, '-', ''), 20)
)::uuid
FROM events e
WHERE k.event_id = e.id AND k.event_id >= $1::uuid AND k.event_id < $2::uuid
  AND e.id >= $1::uuid AND e.id < $2::uuid AND e.erased_at IS NULL`;

/**
 * Migration that lets the dedupe keys of one sender's id begin with the same digits, so that the events with this id are
 * found by the primary key of `ingest_keys`.
 *
 * The keys of each day commit by themselves, and can be replaced again if a later day failed. No earlier version of the
 * hub may run meanwhile or afterwards, because it would store an event twice if the event is sent again.
 */
export class DedupeKeyRanges1796112000000 implements MigrationInterface {
  readonly name = 'DedupeKeyRanges1796112000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    let next = lowestIdAt(0);
    for (;;) {
      const [key] = await runner.manager.query<{ id: string }[]>(NEXT_KEY, [next]);
      if (key === undefined) return;
      const day = dayOf(timeOfUuidV7(key.id));
      next = lowestIdAt(dayStart(day + 1));
      await runner.query(REPLACE_PREFIX, [lowestIdAt(dayStart(day)), next]);
    }
  }

  async down(): Promise<void> {
    // The former digits are not stored.
  }
}
