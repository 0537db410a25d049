import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pairs of old and new, each renamed by `down` in reverse. */
const COLUMNS: readonly (readonly [table: string, from: string, to: string])[] = [
  // What a delivery keeps of its subscription's messaging rules.
  ['deliveries', 'flow', 'messaging'],
  ['called_steps', 'flow', 'messaging'],
];

const TABLES: readonly (readonly [from: string, to: string])[] = [];

const INDEXES: readonly (readonly [from: string, to: string])[] = [];

/** Replaces private terms by the standard ones in tables, columns, indexes and stored values. */
export class PlainNames1796000000000 implements MigrationInterface {
  readonly name = 'PlainNames1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, from, to] of COLUMNS) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}`);
    }
    for (const [from, to] of TABLES) await runner.query(`ALTER TABLE ${from} RENAME TO ${to}`);
    for (const [from, to] of INDEXES) await runner.query(`ALTER INDEX ${from} RENAME TO ${to}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [from, to] of INDEXES.toReversed()) await runner.query(`ALTER INDEX ${to} RENAME TO ${from}`);
    for (const [from, to] of TABLES.toReversed()) await runner.query(`ALTER TABLE ${to} RENAME TO ${from}`);
    for (const [table, from, to] of COLUMNS.toReversed()) {
      await runner.query(`ALTER TABLE ${table} RENAME COLUMN ${to} TO ${from}`);
    }
  }
}
