import { describe, expect, it } from '@jest/globals';
import {
  checkMasterKey,
  checkPostgres,
  checkQueue,
  checkReplica,
  checkSchema,
  checkWorkers,
} from './diagnosis-checks.js';

const FACTS = { version: '18.4', majorVersion: 18, liveWorkers: 2 };
const CONTRACTED = { newestBuild: 1, oldestBuild: 1, contracting: [], olderProcesses: [] };
const USAGE = { used: 12, available: 97 };
const SERVER = { version: 'Redis 8.0.2', mode: 'standalone', isReplica: false } as const;
const SENTINEL = { configured: 'sentinel', server: SERVER, lastError: null } as const;
const KEYS = { masterKeyId: '9f86d081884c7d65', dataKeys: 7, onPreviousKey: 0, problems: [] };

describe('the checks of a diagnosis', () => {
  it('report facts, and no problem of a hub that works', () => {
    expect([
      checkPostgres(FACTS, USAGE),
      checkSchema([], CONTRACTED),
      checkWorkers(FACTS),
      checkQueue(SENTINEL, true),
      checkMasterKey(KEYS),
    ]).toEqual([
      { name: 'database', facts: 'PostgreSQL 18.4, 12 of 97 connections in use', problems: [], warnings: [] },
      { name: 'schema', facts: 'has what this version needs', problems: [], warnings: [] },
      { name: 'workers', facts: '2 live', problems: [], warnings: [] },
      { name: 'queue', facts: 'on Redis Sentinel (Redis 8.0.2), available', problems: [], warnings: [] },
      { name: 'master key', facts: 'id 9f86d081884c7d65, opens 7 of 7 data keys', problems: [], warnings: [] },
    ]);
  });

  it.each([
    [
      'an old PostgreSQL',
      checkPostgres({ ...FACTS, version: '14.9', majorVersion: 14 }, USAGE),
      /14\.9 is too old.*15/,
    ],
    [
      'missing migrations',
      checkSchema(['Imports1796960000000'], CONTRACTED),
      /lacks the migrations Imports1796960000000\. Restart/,
    ],
    ['no worker', checkWorkers({ ...FACTS, liveWorkers: 0 }), /PATCHBAY_ROLE=worker/],
    ['data keys of another master key', checkMasterKey({ ...KEYS, problems: ['Set PATCHBAY_MASTER_KEY.'] }), /Set/],
  ])('report %s with its fix', (_what, { problems }, expected) => {
    expect(problems).toEqual([expect.stringMatching(expected)]);
  });

  it('remind of an upgrade that has not ended, and of the processes that still run', () => {
    const expanded = { ...CONTRACTED, contracting: ['DropFormerPauses1797000000410'] };
    const older = { build: 0, address: '10.0.0.1', connectedAt: new Date(0) };
    expect(checkSchema([], expanded).warnings).toEqual([
      expect.stringMatching(/End the upgrade with: patchbay schema/),
    ]);
    expect(checkSchema([], { ...expanded, olderProcesses: [older] }).warnings).toEqual([
      expect.stringMatching(/Stop the 1 processes of older versions, then/),
    ]);
  });

  it('show the lag of a replica, and warn if lists are not read from it', () => {
    expect(checkReplica({ state: 'in_use', lagMs: 1_240, reason: null })).toEqual({
      ...{ name: 'replica', facts: 'in use, 1.2 s behind', problems: [], warnings: [] },
    });
    expect(checkReplica({ state: 'unavailable', lagMs: null, reason: 'Check the server.' })).toEqual({
      ...{ name: 'replica', facts: 'unavailable', problems: [] },
      warnings: ['Lists are read from the primary. Check the server.'],
    });
  });

  it('list at most five data keys', () => {
    const problems = Array.from({ length: 7 }, (_, index) => `problem ${index}`);
    const check = checkMasterKey({ ...KEYS, problems });
    expect(check.facts).toContain('opens 0 of 7');
    expect(check.problems).toHaveLength(6);
    expect(check.problems.at(-1)).toBe('2 more data keys cannot be opened.');
  });

  it.each([
    [{ mode: 'cluster' }, /a node of a Redis Cluster answers\. Set REDIS_URL to redis\+cluster:/],
    [{ mode: 'sentinel' }, /a Sentinel answers\. Set REDIS_URL to redis\+sentinel:/],
    [{ isReplica: true }, /a replica, which refuses writes/],
  ] as const)('report a REDIS_URL that names one server, but leads to %j', (found, expected) => {
    const redis = { configured: 'standalone', server: { ...SERVER, ...found }, lastError: null } as const;
    expect(checkQueue(redis, false)).toMatchObject({ problems: [expect.stringMatching(expected)], warnings: [] });
    expect(checkQueue({ ...SENTINEL, server: SERVER }, true).problems).toEqual([]);
  });

  it('warn if the queue is away or a rotation has not ended', () => {
    const away = {
      configured: 'cluster',
      server: null,
      lastError: 'WRONGPASS invalid username-password pair',
    } as const;
    expect(checkQueue(away, false)).toMatchObject({
      facts: 'on Redis Cluster, unavailable',
      warnings: [expect.stringMatching(/nodes of the Redis Cluster and REDIS_URL\. The last error was: WRONGPASS/)],
    });
    expect(checkQueue(null, false).warnings).toEqual([expect.stringContaining('the log of the hub')]);
    expect(checkMasterKey({ ...KEYS, onPreviousKey: 3 }).warnings).toEqual([
      expect.stringMatching(/^3 data keys .*rotate-master$/),
    ]);
  });
});
