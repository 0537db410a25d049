import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DELIVERY_STATES } from '@patchbay/core';
import { migrate } from '@patchbay/database';
import { createTestDatabase, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { ROOT } from './tree.js';

const PAGE = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Returns the rows of the table below a heading, each as a list of cells. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codeIn = (text = ''): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('docs/architecture.md', () => {
  it.each(rowsBelow('The way of one event'))(
    'gives the correct file and name for the step: %s',
    (_step, file, name) => {
      const [path = ''] = codeIn(file);
      const [declared = ''] = codeIn(name);
      const source = readFileSync(join(ROOT, path), 'utf8');
      expect(source).toMatch(new RegExp(`export (default |async )?(class|function|const) ${declared}\\b`));
    },
  );

  it('names only files that exist', () => {
    const paths = codeIn(PAGE.replace(/```[\s\S]*?```/g, '')).filter((code) =>
      /^(apps|libs|plugins)\/[\w./-]+$/.test(code),
    );
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('shows every state of a delivery', () => {
    const shown = new Set([...PAGE.matchAll(/--> (\w+)/g)].map(([, state = '']) => state));
    expect([...DELIVERY_STATES].filter((state) => !shown.has(state))).toEqual([]);
    const known = new Set<string>(DELIVERY_STATES);
    const states = PAGE.split('stateDiagram-v2')[1]?.split('```')[0] ?? '';
    expect(
      [...states.matchAll(/(\w+) --> (\w+)/g)]
        .flatMap(([, from = '', to = '']) => [from, to])
        .filter((state) => !known.has(state)),
    ).toEqual([]);
  });

  describe('the list of tables', () => {
    let keys: Readonly<Record<string, string>>;
    beforeAll(async () => {
      const database = await createTestDatabase({
        migrate: async (url) => {
          await migrate(url);
        },
      });
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ name: string; key: string | null }>(`
        SELECT t.relname AS name, (
          SELECT string_agg(a.attname, ', ' ORDER BY array_position(i.indkey::int2[], a.attnum))
          FROM pg_index i JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
          WHERE i.indrelid = t.oid AND i.indisprimary
        ) AS key
        FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition`);
      await client.end();
      await database.drop();
      keys = Object.fromEntries(rows.map(({ name, key }) => [name, key ?? '(none)']));
    }, SERVICE_TIMEOUT_MS);

    it('has every table with its primary key', () => {
      const shown = rowsBelow('Tables').map(([name, key = '']) => [
        codeIn(name)[0] ?? '',
        key.startsWith('(') ? '(none)' : (codeIn(key)[0] ?? ''),
      ]);
      expect(Object.fromEntries(shown)).toEqual(keys);
    });
  });
});
