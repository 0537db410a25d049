import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Old and new names of columns. `down` renames them in reverse order. */
const COLUMNS: readonly (readonly [table: string, from: string, to: string])[] = [
  // Copy of the subscription's messaging rules in a delivery.
  ['deliveries', 'flow', 'messaging'],
  ['called_steps', 'flow', 'messaging'],
  ['called_steps', 'called_at', 'triggered_at'],
  // Columns of the erasures of customers.
  ['events', 'forgotten_at', 'erased_at'],
  ['tombstones', 'forgotten_until', 'erased_until'],
  ['forgettings', 'forgotten_until', 'erased_until'],
  ['forgettings', 'spared_until', 'grace_until'],
  ['forgettings', '"left"', 'remaining'],
  // Columns of the progress of replays.
  ['replays', 'looked_at', 'scanned'],
  ['replays', 'made', 'created'],
  ['replays', 'expected_all', 'expected_is_exact'],
  // Columns of the outbox of operational events.
  ['operational_notes', 'told_at', 'published_at'],
  // Columns of the circuit breakers.
  ['destination_gates', 'closed_until', 'open_until'],
  ['destination_gates', 'trips', 'open_count'],
  ['destination_gates', 'share', 'limit_share'],
  // Columns of the vendor statuses.
  ['deliveries', 'downstream_status', 'vendor_status'],
  ['deliveries', 'downstream_at', 'vendor_status_at'],
  // Renamed columns: the number of attempts that count against the retry schedule, the deferral of claims, and the
  // order of deliveries.
  ['deliveries', 'charged', 'counted_attempts'],
  ['deliveries', 'parked', 'deferred'],
  ['deliveries', 'turn_key', 'active_key'],
  ['claims', 'look_at', 'check_at'],
];

const TABLES: readonly (readonly [from: string, to: string])[] = [
  ['called_steps', 'triggered_steps'],
  ['forgettings', 'erasures'],
  ['operational_notes', 'operational_outbox'],
  ['destination_gates', 'circuit_breakers'],
  ['early_news', 'pending_status_updates'],
];

/** Old and new names of indexes. Renaming the index of a constraint also renames the constraint. */
const INDEXES: readonly (readonly [from: string, to: string])[] = [
  ['called_steps_pkey', 'triggered_steps_pkey'],
  ['called_steps_called_idx', 'triggered_steps_triggered_idx'],
  ['forgettings_pkey', 'erasures_pkey'],
  ['forgettings_brand_idx', 'erasures_brand_idx'],
  ['forgettings_open_idx', 'erasures_open_idx'],
  ['forgettings_customer_idx', 'erasures_customer_idx'],
  ['forgettings_began_idx', 'erasures_began_idx'],
  ['forgettings_ended_idx', 'erasures_ended_idx'],
  ['operational_notes_pkey', 'operational_outbox_pkey'],
  ['destination_gates_pkey', 'circuit_breakers_pkey'],
  ['early_news_pkey', 'pending_status_updates_pkey'],
  ['deliveries_waiting_turn_key', 'deliveries_waiting_active_key'],
  ['claims_look_idx', 'claims_check_idx'],
];

/** Old and new names of constraints without an index, with the new table names. */
const CONSTRAINTS: readonly (readonly [table: string, from: string, to: string])[] = [
  ['erasures', 'forgettings_customer_check', 'erasures_customer_check'],
  ['erasures', 'forgettings_began_check', 'erasures_began_check'],
  ['erasures', 'forgettings_spared_check', 'erasures_grace_check'],
  ['deliveries_waiting', 'deliveries_waiting_turn_check', 'deliveries_waiting_active_check'],
];

/** Migration that replaces former terms by standard terms in tables, columns, indexes and stored values. */
export class PlainNames1796000000000 implements MigrationInterface {
  readonly name = 'PlainNames1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, from, to] of COLUMNS) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}`);
    }
    for (const [from, to] of TABLES) await runner.query(`ALTER TABLE ${from} RENAME TO ${to}`);
    for (const [from, to] of INDEXES) await runner.query(`ALTER INDEX ${from} RENAME TO ${to}`);
    for (const [table, from, to] of CONSTRAINTS) {
      await runner.query(`ALTER TABLE ${table} RENAME CONSTRAINT ${from} TO ${to}`);
    }
    // Placeholder for an erased customer in a replay's filter.
    await runner.query(replaceInFilters('(forgotten)', '(erased)'));
    // The setting gets the name that the plugin contract uses.
    await runner.query(renameSetting('dedupes', 'idempotent'));
    // Rename the key of the trigger that started the next fallback step of a delivery.
    for (const table of ['deliveries', 'triggered_steps']) await runner.query(renameKey(table, 'called', 'trigger'));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['deliveries', 'triggered_steps']) await runner.query(renameKey(table, 'trigger', 'called'));
    await runner.query(renameSetting('idempotent', 'dedupes'));
    await runner.query(replaceInFilters('(erased)', '(forgotten)'));
    for (const [table, from, to] of CONSTRAINTS.toReversed()) {
      await runner.query(`ALTER TABLE ${table} RENAME CONSTRAINT ${to} TO ${from}`);
    }
    for (const [from, to] of INDEXES.toReversed()) await runner.query(`ALTER INDEX ${to} RENAME TO ${from}`);
    for (const [from, to] of TABLES.toReversed()) await runner.query(`ALTER TABLE ${to} RENAME TO ${from}`);
    for (const [table, from, to] of COLUMNS.toReversed()) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN ${to} TO ${from}`);
    }
  }
}

function replaceInFilters(from: string, to: string): string {
  const [old, renamed] = [`"customer":"${from}"`, `"customer":"${to}"`];
  return `UPDATE replays SET filter = replace(filter::text, '${old}', '${renamed}')::json
    WHERE strpos(filter::text, '${old}') > 0`;
}

/** Builds the statement that renames one setting of all destinations. */
function renameSetting(from: string, to: string): string {
  return `UPDATE destinations
    SET settings = (settings::jsonb - '${from}' || jsonb_build_object('${to}', settings::jsonb -> '${from}'))::json
    WHERE settings::jsonb ? '${from}'`;
}

/** Builds the statement that renames one key of the messaging rules stored with deliveries. */
function renameKey(table: string, from: string, to: string): string {
  return `UPDATE ${table} SET messaging = messaging - '${from}' || jsonb_build_object('${to}', messaging -> '${from}')
    WHERE messaging ? '${from}'`;
}
