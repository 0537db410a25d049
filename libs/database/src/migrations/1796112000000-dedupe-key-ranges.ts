import { DEDUPE_KEYS_KEPT_MS } from '@patchbay/core';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { commonPart, FORMER_KEYS_INDEX } from '../sql/former-keys.js';

/** Time in which processes of an earlier version may still store events after the migration, in milliseconds. */
const UPGRADE_MS = 86_400_000;

/** Returns the last event id of the next keys. $1 last event id of the previous keys */
const NEXT_KEYS = `
SELECT n.event_id AS id FROM (
  SELECT k.event_id FROM ingest_keys k WHERE k.event_id > $1::uuid ORDER BY k.event_id LIMIT 10000
) n ORDER BY n.event_id DESC LIMIT 1`;

/**
 * Replaces the first 12 digits of keys. An erased event has no sender's id any more, so its key remains, as the key of a
 * deleted event does. $1 last event id of the previous keys, $2 last event id of these keys
 */
const REPLACE_PREFIX = `
UPDATE ingest_keys k
SET key = (
  left(encode(sha256(convert_to(e.source_id::text || ':' || e.source_event_id, 'UTF8')), 'hex'), 12)
  || right(replace(k.key::text, '-', ''), 20)
)::uuid
FROM events e
WHERE k.event_id = e.id AND k.event_id > $1::uuid AND k.event_id <= $2::uuid
  AND e.id > $1::uuid AND e.id <= $2::uuid AND e.erased_at IS NULL
  AND left(replace(k.key::text, '-', ''), 12)
    <> left(encode(sha256(convert_to(e.source_id::text || ':' || e.source_event_id, 'UTF8')), 'hex'), 12)`;

/**
 * Migration that lets the dedupe keys of one sender's id begin with the same digits, so that the events with this id are
 * found by the primary key of `ingest_keys`.
 *
 * First adds a unique index of the digits that both forms of a key have in common. It prevents that an event is stored
 * twice if one of its keys has the former form: the key of an event that was erased or deleted, or a key of a process of
 * an earlier version, which may run during the migration and for a day afterwards. Such a process answers an event that
 * has a present key with an error, so its sender sends the event again. `PartitionMaintenance` drops the index after the
 * last former key has expired.
 *
 * The keys are replaced 10,000 per transaction, and can be replaced again if a later transaction failed.
 */
export class DedupeKeyRanges1796112000000 implements MigrationInterface {
  readonly name = 'DedupeKeyRanges1796112000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // A hub without a source has never stored an event.
    const sources: unknown[] = await runner.manager.query('SELECT FROM sources LIMIT 1');
    if (sources.length === 0) return;
    await runner.query(
      `CREATE UNIQUE INDEX IF NOT EXISTS ${FORMER_KEYS_INDEX} ON ingest_keys ((${commonPart('key')}))`,
    );
    const until = Math.ceil((await databaseTime(runner)) + UPGRADE_MS + DEDUPE_KEYS_KEPT_MS);
    await runner.query(`COMMENT ON INDEX ${FORMER_KEYS_INDEX} IS '${until}'`);
    let previous = lowestIdAt(0);
    for (;;) {
      const [last] = await runner.manager.query<{ id: string }[]>(NEXT_KEYS, [previous]);
      if (last === undefined) return;
      await runner.query(REPLACE_PREFIX, [previous, last.id]);
      previous = last.id;
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    // The former digits are not stored.
    await runner.query(`DROP INDEX IF EXISTS ${FORMER_KEYS_INDEX}`);
  }
}
