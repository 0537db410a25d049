import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns of a pause, which `destinations` and `destination_states` both have until the next release. */
const PAUSE_COLUMNS = ['paused', 'paused_by', 'paused_by_name', 'paused_reason', 'paused_at', 'paused_until'];

const columnsOf = (row: string): string => PAUSE_COLUMNS.map((column) => `${row}.${column}`).join(', ');

/**
 * Number by which the first change is above every version of a destination. Earlier versions of the hub derived the ids
 * of operational events from the destination's version, and may still raise the version during an upgrade.
 */
const FIRST_SEQ = `SELECT coalesce(max(version), 0) + 1000 FROM destinations`;

/**
 * Migration that adds the runtime state of each destination: its pause and its circuit breaker.
 *
 * Triggers keep the pause in `destinations` equal to the pause in `destination_states`, because processes of earlier
 * versions read and write `destinations` during an upgrade. The table `circuit_breakers` is not kept up to date.
 */
export class DestinationStates1796820000000 implements MigrationInterface {
  readonly name = 'DestinationStates1796820000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER destinations_pause ON destinations');
    await runner.query('DROP TRIGGER destinations_create_state ON destinations');
    await runner.query('DROP TABLE destination_states, destination_state_counter');
    await runner.query('DROP FUNCTION create_destination_state, copy_pause_to_state, copy_pause_to_destination');
  }
}

const STATEMENTS: readonly string[] = [
  `CREATE TABLE destination_state_counter (
    id smallint NOT NULL CONSTRAINT destination_state_counter_pkey PRIMARY KEY
      CONSTRAINT destination_state_counter_single_check CHECK (id = 1),
    last_seq bigint NOT NULL
  )`,
  `INSERT INTO destination_state_counter (id, last_seq) VALUES (1, (${FIRST_SEQ}))`,
  `CREATE TABLE destination_states (
    destination_id uuid NOT NULL CONSTRAINT destination_states_pkey PRIMARY KEY
      CONSTRAINT destination_states_destination_fkey REFERENCES destinations (id) ON DELETE CASCADE,
    brand_id uuid NOT NULL,
    paused boolean NOT NULL DEFAULT false,
    paused_by text CONSTRAINT destination_states_paused_by_check CHECK (paused_by IN ('person', 'hub')),
    paused_by_name text,
    paused_reason text,
    paused_at timestamptz,
    paused_until timestamptz,
    pause_seq bigint NOT NULL DEFAULT 0,
    open_until timestamptz,
    open_count integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    limit_share real NOT NULL DEFAULT 1,
    seq bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 80)`,

  `CREATE FUNCTION create_destination_state() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO destination_states (destination_id, brand_id) VALUES (NEW.id, NEW.brand_id);
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER destinations_create_state AFTER INSERT ON destinations
    FOR EACH ROW EXECUTE FUNCTION create_destination_state()`,

  // Locks the state before the counter, as every other change of a state does.
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

  `INSERT INTO destination_states (
    destination_id, brand_id, ${PAUSE_COLUMNS.join(', ')}, pause_seq,
    open_until, open_count, failing_since, limit_share, seq
  )
  SELECT d.id, d.brand_id, ${columnsOf('d')}, CASE WHEN d.paused THEN counter.last_seq ELSE 0 END,
    breaker.open_until, coalesce(breaker.open_count, 0), breaker.failing_since, coalesce(breaker.limit_share, 1),
    CASE WHEN d.paused OR breaker.destination_id IS NOT NULL THEN counter.last_seq ELSE 0 END
  FROM destinations d CROSS JOIN destination_state_counter counter
  LEFT JOIN circuit_breakers breaker ON breaker.destination_id = d.id AND NOT d.paused AND NOT d.disabled`,
  `CREATE INDEX destination_states_seq_idx ON destination_states (seq)`,
  `CREATE INDEX destination_states_paused_until_idx ON destination_states (paused_until) WHERE paused_until IS NOT NULL`,
];
