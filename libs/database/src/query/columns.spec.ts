import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openTestPool, type TestPool } from '../testing/open-test-pool.js';
import { encodedValues } from './columns.js';
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
    const [row] = await pool.query<{ back: unknown[] }>({ text: `SELECT $1::${type} AS back`, values: [values] });
    expect(row?.back).toEqual(values);
  });

  it('leaves other values to the driver', () => {
    const values = [1, 'text', null, undefined, [[1]], [undefined], [new Date(0)], { a: 1 }];
    expect(encodedValues(values)).toEqual(values);
  });
});
