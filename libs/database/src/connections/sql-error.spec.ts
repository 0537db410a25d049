import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { openTestDatabase } from '../testing/open-test-database.js';
import { isDatabaseUnavailable } from './sql-error.js';

const withCode = (code: string): Error => Object.assign(new Error('invented'), { code });
const ofServer = (code: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError('invented', 8, 'error'), { code });

describe('a database that is away', () => {
  it.each([
    ['refused', withCode('ECONNREFUSED')],
    ['reset', withCode('ECONNRESET')],
    ['without a route', withCode('ENETUNREACH')],
    ['shutting down', ofServer('57P01')],
    ['without a free connection', ofServer('53300')],
    ['a standby since a moment', ofServer('25006')],
    ['silent', new Error('Query read timeout')],
    ['gone between two statements', new Error('Client was closed and is not queryable')],
  ])('is told by its error: %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each([
    ['a statement that was cancelled', ofServer('57014')],
    ['a value that does not fit', ofServer('22001')],
    ['a bug of ours', new TypeError('invented')],
    ['what is no error', 'ECONNREFUSED'],
  ])('is not meant by %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  describe('within a transaction', () => {
    let database: Awaited<ReturnType<typeof openTestDatabase>>;
    beforeAll(async () => {
      database = await openTestDatabase();
    }, SERVICE_TIMEOUT_MS);
    afterAll(() => database.close());

    it('is told by the statement after it broke off', async () => {
      const broken = database.dataSource.transaction(async (manager) => {
        const [row] = await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
        await database.pgPool.query({ text: 'SELECT pg_terminate_backend($1, 5000)', values: [row?.pid] });
        await new Promise((resolve) => setImmediate(resolve));
        await manager.query('SELECT 1');
      });
      const error = await broken.catch((thrown: unknown) => thrown);
      expect(isDatabaseUnavailable(error)).toBe(true);
    });
  });
});
