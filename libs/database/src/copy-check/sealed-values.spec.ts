import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BrandVault } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { insertBrand } from '../testing/brand-fixture.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { withTransferSession } from '../transfer/transfer-session.js';
import { openSealedValues, type OpenedValues } from './sealed-values.js';

/** Number of suppressions: more than two pages. */
const COUNT = 2_500;

describe('openSealedValues', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase();
    const { brandId } = await insertBrand(database.dataSource);
    await database.dataSource.query(`UPDATE brands SET wrapped_key = '\\x01'`);
    await database.dataSource.query(
      `INSERT INTO suppressions (id, brand_id, kind, address_hash, sealed_address, reason, origin, reported_by, created_at)
      SELECT gen_random_uuid(), $1, 'phone', sha256(n::text::bytea), '\\x01', 'complaint', 'person', 'ci', now()
      FROM generate_series(1, ${COUNT}) AS n`,
      [brandId],
    );
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  /** Opens all values. Returns the result, and the largest number of rows that a statement returned. */
  async function opened(open: BrandVault['open']): Promise<OpenedValues & { readonly largest: number }> {
    return withTransferSession(database.url, async (client) => {
      const queries = jest.spyOn(client, 'query');
      const result = await openSealedValues(client, { openBrandKey: () => ({ open }) });
      const answers: unknown[] = await Promise.all(queries.mock.results.map(({ value }): unknown => value));
      const lengths = answers.map((answer) => (isAnswer(answer) ? answer.rows.length : 0));
      return { ...result, largest: Math.max(...lengths) };
    });
  }

  it('opens all values of a brand, 1,000 at a time', async () => {
    const { opened: counts, problems, largest } = await opened(() => 'opened');
    expect([counts['suppressions'], problems, largest]).toEqual([COUNT, [], 1_000]);
  });

  it('names the first values that cannot be opened, and counts the others', async () => {
    const { opened: counts, problems } = await opened((context) => {
      if (context.startsWith('suppression/')) throw new Error('cannot be opened');
      return 'opened';
    });
    expect(counts['suppressions']).toBe(0);
    expect(problems).toEqual([
      ...Array.from({ length: 5 }, () => 'cannot be opened'),
      expect.stringMatching(/^… and 2495 more/),
    ]);
  });
});

function isAnswer(value: unknown): value is { readonly rows: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows);
}
