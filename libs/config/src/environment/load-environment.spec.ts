import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@patchbay/core';
import { loadEnvironment } from './load-environment.js';

const masterKey = Buffer.alloc(32, 1).toString('base64');
const previousMasterKey = Buffer.alloc(32, 2).toString('base64');
const production = { DATABASE_URL: 'postgres://hub:invented@db:5432/hub', PATCHBAY_MASTER_KEY: masterKey };

/** Returns the problems of an environment by variable. */
function problemsOf(env: Record<string, string>): Record<string, string> {
  try {
    loadEnvironment(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.fromEntries(error.problems.map(({ field, message }) => [field, message]));
  }
  return {};
}

describe('loadEnvironment', () => {
  it('requires no variable in embedded mode', () => {
    expect(loadEnvironment({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      databasePools: { hot: 10, general: 4 },
      role: 'all',
      configDirectory: './config',
      egressAllow: [],
      awsBrands: [],
      logLevel: 'info',
    });
  });

  it('listens on all interfaces if a database is set', () => {
    expect(loadEnvironment(production)).toMatchObject({
      host: '0.0.0.0',
      databaseUrl: production.DATABASE_URL,
      masterKey,
    });
  });

  it('reads every variable', () => {
    const directory = tmpdir();
    expect(
      loadEnvironment({
        ...production,
        PORT: '0',
        HOST: '::1',
        DATABASE_DIRECT_URL: 'postgres://hub:invented@db:5432/hub?direct',
        PATCHBAY_DB_HOT: '2',
        PATCHBAY_DB_GENERAL: '200',
        REDIS_URL: 'rediss://redis:6379',
        PATCHBAY_ROLE: 'worker',
        PATCHBAY_CONFIG: directory,
        PATCHBAY_MASTER_KEY_PREVIOUS: previousMasterKey,
        PATCHBAY_ADMIN_KEY: 'invented-admin-key',
        PATCHBAY_PUBLIC_URL: 'https://hub.example.com/patchbay/',
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32, fd00::/8 crm.internal,localhost,10.0.0.1',
        PATCHBAY_AWS_BRANDS: 'acme, globex-eu',
        PATCHBAY_SECRETS_DIR: directory,
        PATCHBAY_DEMO_INBOX_URL: 'http://127.0.0.1:3001',
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      port: 0,
      host: '::1',
      databaseUrl: production.DATABASE_URL,
      databaseDirectUrl: 'postgres://hub:invented@db:5432/hub?direct',
      databasePools: { hot: 2, general: 200 },
      redisUrl: 'rediss://redis:6379',
      role: 'worker',
      configDirectory: directory,
      masterKey,
      masterKeyPrevious: previousMasterKey,
      adminKey: 'invented-admin-key',
      publicUrl: 'https://hub.example.com/patchbay',
      egressAllow: ['127.0.0.1/32', 'fd00::/8', 'crm.internal', 'localhost', '10.0.0.1'],
      awsBrands: ['acme', 'globex-eu'],
      secretsDirectory: directory,
      demoInboxUrl: 'http://127.0.0.1:3001',
      logLevel: 'debug',
    });
  });

  it('treats an empty variable as not set', () => {
    expect(loadEnvironment({ PORT: '', REDIS_URL: ' ', DATABASE_URL: '' })).toEqual(loadEnvironment({}));
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3000a'],
    ['PORT', '-1'],
    ['HOST', 'http://localhost'],
    ['DATABASE_URL', 'mysql://db/hub'],
    ['DATABASE_URL', 'nonsense'],
    ['DATABASE_DIRECT_URL', 'mysql://db/hub'],
    ['PATCHBAY_DB_HOT', '1'],
    ['PATCHBAY_DB_HOT', '4.5'],
    ['PATCHBAY_DB_GENERAL', '201'],
    ['REDIS_URL', 'redis-host:6379'],
    ['PATCHBAY_ROLE', 'both'],
    ['PATCHBAY_CONFIG', '/nowhere/at/all'],
    ['PATCHBAY_MASTER_KEY', 'short'],
    ['PATCHBAY_MASTER_KEY', Buffer.alloc(33).toString('base64')],
    ['PATCHBAY_MASTER_KEY', Buffer.alloc(32).toString('hex')],
    ['PATCHBAY_MASTER_KEY_PREVIOUS', 'short'],
    ['PATCHBAY_ADMIN_KEY', 'fifteen-letters'],
    ['PATCHBAY_ADMIN_KEY', 'with a blank inside it'],
    ['PATCHBAY_PUBLIC_URL', 'hub.invented.example'],
    ['PATCHBAY_PUBLIC_URL', 'https://user:invented@hub.example.com'],
    ['PATCHBAY_PUBLIC_URL', 'https://hub.example.com/?a=1'],
    ['PATCHBAY_EGRESS_ALLOW', '10.0.0.0/33'],
    ['PATCHBAY_EGRESS_ALLOW', '10.0.0'],
    ['PATCHBAY_EGRESS_ALLOW', 'https://crm.internal'],
    ['PATCHBAY_AWS_BRANDS', '*'],
    ['PATCHBAY_SECRETS_DIR', '/nowhere/at/all'],
    ['LOG_LEVEL', 'verbose'],
  ])('rejects an invalid %s without quoting it (%#)', (name, value) => {
    const problems = problemsOf({ ...production, [name]: value });
    expect(Object.keys(problems)).toEqual([name]);
    expect(problems[name]).not.toContain(value);
  });

  it('requires a master key if a database is set', () => {
    expect(problemsOf({ DATABASE_URL: production.DATABASE_URL })).toEqual({
      PATCHBAY_MASTER_KEY: expect.stringMatching(/is required if DATABASE_URL is set.*openssl rand -base64 32/),
    });
  });

  it('gives each role the connections that it needs', () => {
    const poolsOf = (role: string) => loadEnvironment({ ...production, PATCHBAY_ROLE: role }).databasePools;
    expect(poolsOf('api')).toEqual({ hot: 6, general: 4 });
    expect(poolsOf('worker')).toEqual({ hot: 4, general: 2 });
  });

  it('rejects an address of PostgreSQL itself without a database', () => {
    expect(problemsOf({ DATABASE_DIRECT_URL: production.DATABASE_URL })).toEqual({
      DATABASE_DIRECT_URL: expect.stringContaining('set DATABASE_URL'),
    });
  });

  it('rejects a previous master key without a new one', () => {
    expect(problemsOf({ PATCHBAY_MASTER_KEY_PREVIOUS: previousMasterKey })).toEqual({
      PATCHBAY_MASTER_KEY_PREVIOUS: expect.stringContaining('set PATCHBAY_MASTER_KEY'),
    });
  });

  it('requires a database for separate roles', () => {
    expect(problemsOf({ PATCHBAY_ROLE: 'api' })).toEqual({
      PATCHBAY_ROLE: expect.stringContaining('set DATABASE_URL'),
    });
  });

  describe('PATCHBAY_DEMO_SANDBOXES', () => {
    const accounts = (baseUrl: string) => ({ echo: { credentials: { key: 'invented' }, settings: { baseUrl } } });
    const value = JSON.stringify(accounts('http://127.0.0.1:3001/echo'));

    it('is read on 127.0.0.1 with the embedded database', () => {
      expect(loadEnvironment({ PATCHBAY_DEMO_SANDBOXES: value }).demoSandboxes).toEqual(
        accounts('http://127.0.0.1:3001/echo'),
      );
    });

    it.each([
      ['a database', production],
      ['a public address', { HOST: '0.0.0.0' }],
    ])('is refused with %s', (_, env) => {
      expect(problemsOf({ ...env, PATCHBAY_DEMO_SANDBOXES: value })).toEqual({
        PATCHBAY_DEMO_SANDBOXES: expect.stringContaining('for the demo only'),
      });
    });

    it.each([
      ['an address elsewhere', JSON.stringify(accounts('https://sandbox.example.com'))],
      ['an address that only begins like this machine', JSON.stringify(accounts('http://127.0.0.1.example.com/'))],
      ['a type without settings', '{"echo":{"credentials":{}}}'],
      ['no JSON', 'echo'],
    ])('is refused with %s', (_, text) => {
      expect(problemsOf({ PATCHBAY_DEMO_SANDBOXES: text })).toEqual({
        PATCHBAY_DEMO_SANDBOXES: expect.stringContaining('127.0.0.1 only'),
      });
    });
  });

  it('reports all problems at once, one line per variable', () => {
    const wrong = { PORT: 'x', LOG_LEVEL: 'x', DATABASE_URL: 'x' };
    expect(() => loadEnvironment(wrong)).toThrow(
      /^DATABASE_URL: .+\nPATCHBAY_MASTER_KEY: .+\nPORT: .+\nLOG_LEVEL: .+$/,
    );
  });
});
