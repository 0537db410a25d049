import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openTestPool, type TestPool } from '../testing/open-test-pool.js';
import { Statement } from './columns.js';
import type { PgPool } from './pg-pool.js';

const TEXTS: readonly (string | null)[] = [
  ...[
    'plain',
    '',
    ' ',
    'NULL',
    'null',
    null,
    ',',
    '{}',
    '{a,b}',
    '(',
    "'",
    '"',
    '\\',
    '\\\\',
    '\\"',
    '"\\',
    '\\x41',
    '\\n',
  ],
  ...['line\nbreak', '\ttab', '"\n"', '\\\n', '\u0001"', '\u007f"', 'ä"ß', '😀"', '\u2028"', '"</script>"'],
  JSON.stringify({ text: 'a "quoted" \\ word\n\u0001', list: [null, 1.5, { deep: '😀' }], lone: '\ud800' }),
];

describe('encoded arrays', () => {
  let opened: TestPool;
  let pool: PgPool;

  beforeAll(async () => {
    opened = await openTestPool();
    ({ pool } = opened);
  }, SERVICE_TIMEOUT_MS);

  afterAll(() => opened.close());

  it.each<[string, string, readonly unknown[]]>([
    ['text', 'text[]', TEXTS],
    [
      'texts with every character from 1 to 255',
      'text[]',
      Array.from({ length: 255 }, (_, n) => `"${String.fromCharCode(n + 1)}`),
    ],
    ['numbers', 'float8[]', [0, -1.5, 1e21, 1_795_544_400_000, Number.MAX_SAFE_INTEGER, null]],
    ['booleans', 'boolean[]', [true, false, null]],
    ['bytes', 'bytea[]', [Buffer.from([0, 34, 92, 255]), Buffer.alloc(0), null]],
    ['empty', 'text[]', []],
  ])('return %s unchanged from PostgreSQL', async (_what, type, values) => {
    const statement = new Statement(undefined, { values: type }, 'SELECT $values AS back');
    const [row] = await pool.query<{ back: unknown[] }>(statement.with({ values }));
    expect(row?.back).toEqual(values);
  });

  it('leaves other values to the driver', () => {
    const values = { a: 1, b: 'text', c: null, d: undefined, e: new Date(0), f: { a: 1 } };
    const types = { a: 'int', b: 'text', c: 'text', d: 'text', e: 'timestamptz', f: 'jsonb' };
    expect(new Statement(undefined, types, '').with(values).values).toEqual(Object.values(values));
  });
});

describe('Statement', () => {
  const PARAMETERS = {
    now: 'float8',
    rows: { id: 'int', some_text: 'text', data: 'text', at: 'timestamptz', bytes: 'bytea' },
    ids: 'int[]',
  };
  const numbered = (text: string): string => new Statement('named', PARAMETERS, text).text;

  it('numbers values and the columns of lists of rows', () => {
    expect(numbered('$now, $ids, $rows.some_text')).toBe('$1::float8, $7::int[], $3::text[]');
    expect(numbered('FROM $rows(id, data) AS r')).toBe('FROM unnest($2::int[], $4::text[]) AS r (id, data)');
    expect(numbered('FROM $rows AS t')).toBe(
      'FROM unnest($2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[]) AS t (id, some_text, data, at, bytes)',
    );
    expect(numbered('$now AS now, ($now), $now(id)')).toBe('$1::float8 AS now, ($1::float8), $1::float8(id)');
  });

  it('refuses unknown parameters and columns, and a list of rows without a name', () => {
    expect(() => numbered('$then')).toThrow('no parameter $then');
    expect(() => numbered('$rows(other) AS t')).toThrow('no column other');
    expect(() => numbered('$rows.other')).toThrow('no column other');
    expect(() => numbered('FROM $rows')).toThrow('$rows AS t');
  });

  it.each(['+057885-03-05T16:03:20.000Z', '0000-02-01T00:00:00.000Z', '-000043-03-15T12:00:00.000Z'])(
    'stores the time %s, which PostgreSQL writes differently from JavaScript',
    async (time) => {
      const opened = await openTestPool();
      const text = "SELECT date_part('epoch', t.at) * 1000 AS ms FROM $rows AS t";
      const read = await opened.pool.query(
        new Statement(undefined, { rows: { at: 'timestamptz' } }, text).with({ rows: [{ at: new Date(time) }] }),
      );
      await opened.close();
      expect(read).toEqual([{ ms: Date.parse(time) }]);
    },
  );

  it('reads each column from the camel case key of the rows, and stores objects as JSON', async () => {
    const at = new Date(1_795_544_400_123);
    const rows = [
      { id: 1, someText: 'a "b"', data: { list: ['ä', null] }, at, bytes: new Uint8Array([0, 255]), other: 1 },
      { id: 2, someText: undefined, data: null, at: null, bytes: null },
    ];
    const opened = await openTestPool();
    const text = 'SELECT t.*, $now AS now FROM $rows AS t WHERE t.id = ANY ($ids) ORDER BY t.id';
    const read = await opened.pool.query(
      new Statement('named', PARAMETERS, text).with({ now: 5, rows, ids: [1, 2, 3] }),
    );
    const empty = await opened.pool.query(new Statement('named', PARAMETERS, text).with({ now: 5, rows: [], ids: [] }));
    await opened.close();
    expect(read).toEqual([
      { id: 1, some_text: 'a "b"', data: '{"list":["ä",null]}', at, bytes: Buffer.from([0, 255]), now: 5 },
      { id: 2, some_text: null, data: null, at: null, bytes: null, now: 5 },
    ]);
    expect(empty).toEqual([]);
  });
});
