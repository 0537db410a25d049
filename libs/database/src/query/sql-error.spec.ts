import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { openTestDatabase } from '../testing/open-test-database.js';
import { isDatabaseUnavailable } from './sql-error.js';

const withCode = (code: string): Error => Object.assign(new Error('invented'), { code });
const ofServer = (code: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError('invented', 8, 'error'), { code });

describe('isDatabaseUnavailable', () => {
  it.each([
    ['connection refused', withCode('ECONNREFUSED')],
    ['connection reset', withCode('ECONNRESET')],
    ['no route', withCode('ENETUNREACH')],
    ['shutdown', ofServer('57P01')],
    ['no free connection', ofServer('53300')],
    ['server became a standby', ofServer('25006')],
    ['no answer', new Error('Query read timeout')],
    ['connection closed between two statements', new Error('Client was closed and is not queryable')],
  ])('is true for: %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each([
    ['cancelled statement', ofServer('57014')],
    ['value too long', ofServer('22001')],
    ['programming error', new TypeError('invented')],
    ['text instead of an error', 'ECONNREFUSED'],
  ])('is false for: %s', (_, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });

  describe('within a transaction', () => {
    let database: Awaited<ReturnType<typeof openTestDatabase>>;
    beforeAll(async () => {
      database = await openTestDatabase();
    }, SERVICE_TIMEOUT_MS);
    afterAll(() => database.close());

    it('is true for the statement after the connection broke', async () => {
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
