import { describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDataSource } from '../connections/data-source.js';
import { SCHEMA_NUMBER } from '../connections/schema-compatibility.js';
import { problemsOfExpanding } from '../testing/expanding-rules.js';
import { CONTRACTING_MIGRATIONS } from './contracting/index.js';

/** First migration to which the rules apply. Earlier versions had to be stopped for some migrations. */
const FIRST_TIMESTAMP = 1_797_000_000_000;

const timestampOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]);

/** Returns the statements of a migration, without running them. */
async function statementsOf(migration: MigrationInterface): Promise<readonly string[]> {
  const statements: string[] = [];
  const recorder = {
    query: (text: string): Promise<unknown[]> => {
      statements.push(text);
      return Promise.resolve([]);
    },
  };
  await migration.up(recorder as unknown as QueryRunner);
  return statements;
}

describe('problemsOfExpanding', () => {
  it.each([
    ['ALTER TABLE brands DROP COLUMN timezone', /drops/],
    ['ALTER TABLE brands RENAME COLUMN a TO b', /renames/],
    ['ALTER TABLE brands ALTER COLUMN a TYPE bigint', /type/],
    ['ALTER TABLE brands ALTER COLUMN a SET NOT NULL', /refuses rows/],
    ['ALTER TABLE brands ADD COLUMN a text NOT NULL', /does not fill/],
    ['CREATE INDEX brands_a_idx ON brands (a)', /CONCURRENTLY/],
    ['CREATE UNIQUE INDEX brands_a_key ON brands (a)', /CONCURRENTLY/],
  ])('refuses %s', (statement, expected) => {
    expect(problemsOfExpanding([statement])).toEqual([expect.stringMatching(expected)]);
  });

  it('accepts new tables with their indexes, nullable columns, and columns with a default', () => {
    expect(
      problemsOfExpanding([
        'CREATE TABLE places (id uuid NOT NULL, name text NOT NULL)',
        'CREATE INDEX places_name_idx ON places (name)',
        'CREATE INDEX CONCURRENTLY brands_a_idx ON brands (a)',
        'ALTER TABLE brands ADD COLUMN a text, ADD COLUMN b integer NOT NULL DEFAULT 1',
        'ALTER TABLE brands ADD COLUMN c integer DEFAULT 1 NOT NULL',
      ]),
    ).toEqual([]);
  });
});

describe('the migrations of this release', () => {
  const { options } = createDataSource({
    url: 'postgres://127.0.0.1',
    migrations: 'expanding',
    onError: () => undefined,
  });
  const classes = Array.isArray(options.migrations) ? options.migrations : [];
  const recent = classes.flatMap((Migration) => {
    if (typeof Migration !== 'function') return [];
    const migration: unknown = Reflect.construct(Migration, []);
    return isMigration(migration) && timestampOf(Migration.name) >= FIRST_TIMESTAMP ? [migration] : [];
  });

  it.each(recent.map((migration) => [migration.constructor.name, migration] as const))(
    '%s lets the previous version work',
    async (_name, migration) => {
      expect(problemsOfExpanding(await statementsOf(migration))).toEqual([]);
    },
  );

  it('include at least one', () => {
    expect(recent.length).toBeGreaterThan(0);
  });

  it('that contract need no newer build than this one', () => {
    for (const Migration of CONTRACTING_MIGRATIONS)
      expect(new Migration().oldestBuild).toBeLessThanOrEqual(SCHEMA_NUMBER);
  });
});

function isMigration(value: unknown): value is MigrationInterface {
  return typeof value === 'object' && value !== null && 'up' in value && 'down' in value;
}
