import type { QueryRunner } from 'typeorm';
import { ContractingMigration } from './contracting-migration.js';

const PAUSE_COLUMNS = ['paused', 'paused_by', 'paused_by_name', 'paused_reason', 'paused_at', 'paused_until'];

const columnsOf = (row: string): string => PAUSE_COLUMNS.map((column) => `${row}.${column}`).join(', ');

/**
 * Migration that drops the pauses in `destinations`, the triggers that kept them equal to `destination_states`, and the
 * table `circuit_breakers`.
 */
export class DropFormerPauses1797000000410 extends ContractingMigration {
  readonly name = 'DropFormerPauses1797000000410';
  readonly oldestBuild = 1;

  protected async contract(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'DROP TRIGGER destination_states_pause ON destination_states',
      'DROP TRIGGER destinations_pause ON destinations',
      'DROP FUNCTION copy_pause_to_state, copy_pause_to_destination',
      'DROP INDEX destinations_paused_until_idx',
      `ALTER TABLE destinations ${PAUSE_COLUMNS.map((column) => `DROP COLUMN ${column}`).join(', ')}`,
      'DROP TABLE circuit_breakers',
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of RESTORE) await runner.query(statement);
  }
}

const RESTORE: readonly string[] = [
  `CREATE TABLE circuit_breakers (
    destination_id uuid NOT NULL CONSTRAINT circuit_breakers_pkey PRIMARY KEY,
    open_until timestamptz NOT NULL,
    open_count integer NOT NULL,
    failing_since timestamptz,
    limit_share real NOT NULL
  ) WITH (fillfactor = 50)`,
  `ALTER TABLE destinations
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN paused_reason text,
    ADD COLUMN paused_by text CONSTRAINT destinations_paused_by_check CHECK (paused_by IN ('person', 'hub')),
    ADD COLUMN paused_at timestamptz,
    ADD COLUMN paused_until timestamptz,
    ADD COLUMN paused_by_name text`,
  `UPDATE destinations d SET (${PAUSE_COLUMNS.join(', ')}) = ROW (${columnsOf('s')})
  FROM destination_states s WHERE s.destination_id = d.id AND s.paused`,
  'CREATE INDEX destinations_paused_until_idx ON destinations (paused_until) WHERE paused_until IS NOT NULL',
  `CREATE FUNCTION copy_pause_to_state() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      next bigint;
    BEGIN
      PERFORM FROM destination_states WHERE destination_id = NEW.id FOR UPDATE;
      PERFORM FROM destination_states s
        WHERE s.destination_id = NEW.id AND (${columnsOf('s')}) IS DISTINCT FROM (${columnsOf('NEW')});
      IF NOT FOUND THEN
        RETURN NULL;
      END IF;
      UPDATE destination_state_counter SET last_seq = last_seq + 1 RETURNING last_seq INTO next;
      UPDATE destination_states s
      SET
        (${PAUSE_COLUMNS.join(', ')}) = ROW (${columnsOf('NEW')}),
        open_until = NULL, open_count = 0, failing_since = NULL, limit_share = 1,
        pause_seq = CASE WHEN s.paused = NEW.paused THEN s.pause_seq ELSE next END, seq = next
      WHERE s.destination_id = NEW.id;
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER destinations_pause AFTER UPDATE OF ${PAUSE_COLUMNS.join(', ')} ON destinations
    FOR EACH ROW EXECUTE FUNCTION copy_pause_to_state()`,
  `CREATE FUNCTION copy_pause_to_destination() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE destinations d SET (${PAUSE_COLUMNS.join(', ')}) = ROW (${columnsOf('NEW')})
      WHERE d.id = NEW.destination_id AND (${columnsOf('d')}) IS DISTINCT FROM (${columnsOf('NEW')});
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER destination_states_pause AFTER UPDATE OF ${PAUSE_COLUMNS.join(', ')} ON destination_states
    FOR EACH ROW EXECUTE FUNCTION copy_pause_to_destination()`,
];
