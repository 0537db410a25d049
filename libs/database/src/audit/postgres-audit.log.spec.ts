import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CursorError, type AuditEntry, type AuditFilter, type NewAuditEntry } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { databaseTime } from '../clock/database-time.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresAuditLog } from './postgres-audit.log.js';

const servers = await testServers();
const acme = randomUUID();
const globex = randomUUID();

function entry(target: string, also: Partial<NewAuditEntry> = {}): NewAuditEntry {
  const actor = { name: 'ci', keyId: null };
  return { actor, action: 'destination.update', brandId: acme, target, before: null, after: null, ...also };
}

describe.each(servers)('PostgresAuditLog on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let log: PostgresAuditLog;
  const started = Date.now();
  beforeAll(async () => {
    database = await openTestDatabase(server);
    log = new PostgresAuditLog(database.dataSource);
    await log.append([
      entry('acme/sms', { before: { limits: { ratePerSecond: 1 } }, after: { limits: { ratePerSecond: 2 } } }),
      entry('acme/crm', { actor: { name: 'console', keyId: globex } }),
    ]);
    await nextMillisecond();
    await log.append([entry('globex/sms', { brandId: globex, action: 'destination.create' })]);
    await nextMillisecond();
    await log.append([entry('hub', { brandId: null, action: 'masterKey.rotate' })]);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  /** Waits for the next millisecond of PostgreSQL's clock. Entries of one millisecond have no order among transactions. */
  async function nextMillisecond(): Promise<void> {
    const now = async (): Promise<number> => Math.floor(await databaseTime(database.dataSource.manager));
    const before = await now();
    await until(async () => (await now()) > before, { what: 'the next millisecond' });
  }

  const targets = async (filter: AuditFilter): Promise<readonly string[]> =>
    (await log.entries(filter, { limit: 10, cursor: null })).data.map(({ target }) => target);

  it('lists entries newest first, page by page, and entries appended together in reverse', async () => {
    const entries: AuditEntry[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await log.entries({}, { limit: 1, cursor });
      entries.push(...page.data);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(entries.map(({ target }) => target)).toEqual(['hub', 'globex/sms', 'acme/crm', 'acme/sms']);
    expect(entries.at(-1)).toMatchObject({
      before: { limits: { ratePerSecond: 1 } },
      after: { limits: { ratePerSecond: 2 } },
    });
    expect(entries.every(({ at }) => at >= started)).toBe(true);
  });

  it.each<[string, AuditFilter, readonly string[]]>([
    ['brands', { brandIds: [acme] }, ['acme/crm', 'acme/sms']],
    ['no brand', { brandIds: [] }, []],
    ['the actor', { actor: 'console' }, ['acme/crm']],
    ['the action', { action: 'masterKey.rotate' }, ['hub']],
    ['the target', { target: 'globex/sms' }, ['globex/sms']],
    ['the time before', { to: started }, []],
    ['the time after', { from: started, brandIds: [globex] }, ['globex/sms']],
    ['text that PostgreSQL cannot store', { actor: 'a\u0000' }, []],
  ])('filters by %s', async (_case, filter, expected) => {
    expect(await targets(filter)).toEqual(expected);
  });

  it('refuses a cursor that it did not issue', async () => {
    await expect(log.entries({}, { limit: 1, cursor: 'nonsense' })).rejects.toThrow(CursorError);
  });

  it.each([
    `UPDATE audit_entries SET actor = 'nobody'`,
    `UPDATE audit_entries SET actor = 'nobody' WHERE false`,
    `DELETE FROM audit_entries`,
    `TRUNCATE audit_entries`,
  ])('refuses to change entries: %s', async (statement) => {
    await expect(database.dataSource.query(statement)).rejects.toThrow('The audit log only grows');
    expect(await targets({})).toHaveLength(4);
  });

  it('appends all entries or none', async () => {
    const broken = entry('acme/two', { action: 'a\u0000b' });
    await expect(log.append([entry('acme/one'), broken])).rejects.toThrow();
    expect(await targets({ target: 'acme/one' })).toEqual([]);
  });
});
