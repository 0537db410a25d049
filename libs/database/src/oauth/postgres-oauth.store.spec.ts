import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OAuthRequest, OAuthTokens } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { acme, hook } from '../testing/sample-brand.js';
import { sampleVault } from '../testing/sample-vault.js';
import { PostgresOAuthStore } from './postgres-oauth.store.js';

const ACTOR = { name: 'ops', keyId: null };
const TOKEN_URL = 'https://login.vendor.test/token';
const TOKENS: OAuthTokens = {
  ...{ accessToken: 'invented-access', refreshToken: 'invented-refresh' },
  ...{ expiresAt: 1_795_544_400_000, refreshAt: 1_795_544_340_000, scopes: 'a b' },
};
const STATE = Buffer.alloc(32, 1);
const APPLY = { prune: true, dryRun: false, complete: true };

describe.each(await testServers())('PostgresOAuthStore on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let notices: ChangeNotices;
  let configuration: PostgresConfigurationStore;
  let store: PostgresOAuthStore;
  let id: string;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    notices = new ChangeNotices(database.url, () => undefined);
    const vault = sampleVault();
    configuration = new PostgresConfigurationStore({ ...database, vault, notices, settingsVersions: ONE_VERSION });
    store = new PostgresOAuthStore(database.dataSource, database.pgPool, vault);
    await configuration.apply([acme()], APPLY);
    id = (await configuration.load()).destinations[0]?.id ?? '';
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await notices.close();
    await database.close();
  });

  const connect = (tokens = TOKENS): Promise<boolean> => store.connect(id, tokens, TOKEN_URL, ACTOR);
  const versionOf = async (): Promise<string> => (await store.find(id))?.version ?? '';
  const request = (): OAuthRequest => ({ destinationId: id, actor: ACTOR, browserHash: Buffer.alloc(32, 2) });

  it('stores the tokens sealed, and a new connection in place of the former', async () => {
    expect(await store.find(id)).toBeNull();
    expect(await connect()).toBe(true);
    const first = await store.find(id);
    expect(first).toEqual({ version: expect.any(String), tokens: TOKENS, tokenUrl: TOKEN_URL, isRefused: false });
    await store.refuse(id, first?.version ?? '');
    expect(await connect({ ...TOKENS, refreshToken: null, expiresAt: null, refreshAt: null, scopes: null })).toBe(true);
    const second = await store.find(id);
    expect(second).toMatchObject({ tokens: { refreshToken: null, expiresAt: null, scopes: null }, isRefused: false });
    expect(second?.version).not.toBe(first?.version);
    expect(await store.statuses([id])).toEqual(
      new Map([
        [
          id,
          {
            ...{ isRefused: false, tokenUrl: TOKEN_URL, expiresAt: null, scopes: null },
            ...{ connectedAt: expect.any(Number), connectedBy: 'ops' },
          },
        ],
      ]),
    );
    const rows = await database.dataSource.query<{ row: string }[]>('SELECT c::text AS row FROM oauth_connections c');
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    for (const { row } of rows) expect(row).not.toMatch(new RegExp(`invented|${hex('invented')}`));
  });

  it('replaces and refuses only the version that was read', async () => {
    await connect();
    const version = await versionOf();
    expect(await store.replace(id, version, { ...TOKENS, refreshToken: 'next' })).toBe(true);
    expect(await store.replace(id, version, { ...TOKENS, refreshToken: 'lost' })).toBe(false);
    await store.refuse(id, version);
    expect(await store.find(id)).toMatchObject({ tokens: { refreshToken: 'next' }, isRefused: false });
    await store.refuse(id, await versionOf());
    expect(await store.find(id)).toMatchObject({ isRefused: true });
  });

  it('uses up a request once, and not after its end or the revocation of its key', async () => {
    await store.startRequest(STATE, request());
    expect(await store.takeRequest(Buffer.alloc(32, 9))).toBeNull();
    expect(await store.takeRequest(STATE)).toEqual(request());
    expect(await store.takeRequest(STATE)).toBeNull();
    await store.startRequest(STATE, { ...request(), browserHash: null });
    await database.dataSource.query(`UPDATE oauth_requests SET expires_at = clock_timestamp() - interval '1 s'`);
    expect(await store.takeRequest(STATE)).toBeNull();
    const keyId = '01890a5d-0000-7000-8000-000000000009';
    await database.dataSource.query(
      `INSERT INTO api_keys (id, name, hash, hint, role, reveal, created_by, created_at)
       VALUES ($1, 'ops', '\\x00', 'pbk_', 'admin', false, 'ops', now())`,
      [keyId],
    );
    await store.startRequest(STATE, { ...request(), actor: { name: 'ops', keyId } });
    await database.dataSource.query('DELETE FROM api_keys');
    expect(await store.takeRequest(STATE)).toBeNull();
  });

  it('writes an audit entry without tokens when a person connects and disconnects', async () => {
    await connect();
    expect(await store.disconnect(id, ACTOR)).toBe(true);
    expect(await store.disconnect(id, ACTOR)).toBe(false);
    expect(await store.find(id)).toBeNull();
    const entries = await database.dataSource.query<unknown[]>(
      `SELECT action, target, actor, after FROM audit_entries WHERE action LIKE 'destination.%connect' ORDER BY id`,
    );
    expect(entries).toEqual([
      {
        ...{ action: 'destination.connect', target: 'acme/hook', actor: 'ops' },
        after: { connected: true, scopes: 'a b' },
      },
      { action: 'destination.disconnect', target: 'acme/hook', actor: 'ops', after: { connected: false } },
    ]);
  });

  it.each([
    ['is kept by a change on the same host', { settings: { url: 'https://hooks.example.com/other' } }, true],
    ['is kept by other credentials', { credentials: { bearer: 'another-secret' } }, true],
    ['ends if a setting names another host', { settings: { url: 'https://attacker.example.com/in' } }, false],
    ['ends if the type changes', { type: 'acme-sms' }, false],
  ])('a connection %s', async (_case, change, isKept) => {
    await connect();
    await store.startRequest(STATE, request());
    await configuration.apply([acme({ destinations: [hook(change)] })], APPLY);
    expect((await store.find(id)) !== null).toBe(isKept);
    expect((await store.takeRequest(STATE)) !== null).toBe(isKept);
  });

  it('ends with the destination and the brand, and tokens that arrive later are not stored', async () => {
    await connect();
    const version = await versionOf();
    await store.startRequest(STATE, request());
    await configuration.apply([], APPLY);
    const left = await database.dataSource.query<unknown[]>(
      'SELECT 1 FROM oauth_connections UNION ALL SELECT 1 FROM oauth_requests',
    );
    expect(left).toEqual([]);
    expect(await store.replace(id, version, TOKENS)).toBe(false);
    expect(await connect()).toBe(false);
  });
});
