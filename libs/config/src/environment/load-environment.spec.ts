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

  it('turns tracing on by an endpoint, with the defaults of OpenTelemetry', () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
    const defaults = {
      endpoint: 'http://collector:4318/v1/traces',
      protocol: 'http/protobuf',
      sampler: 'parentbased_always_on',
      ratio: 1,
    };
    expect(loadEnvironment(endpoint).tracing).toEqual(defaults);
    expect(
      loadEnvironment({
        ...endpoint,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example.com/otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.01',
      }).tracing,
    ).toEqual({
      endpoint: 'https://traces.example.com/otlp',
      protocol: 'http/json',
      sampler: 'parentbased_traceidratio',
      ratio: 0.01,
    });
    for (const off of [{ OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
      expect(loadEnvironment({ ...endpoint, ...off }).tracing).toBeUndefined();
    }
    expect(loadEnvironment({ OTEL_TRACES_SAMPLER: 'always_on', OTEL_SERVICE_NAME: 'hub' }).tracing).toBeUndefined();
  });

  it('reports variables of tracing that it does not support', () => {
    expect(
      Object.keys(
        problemsOf({
          OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317',
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          OTEL_TRACES_EXPORTER: 'zipkin',
          OTEL_TRACES_SAMPLER: 'jaeger_remote',
          OTEL_TRACES_SAMPLER_ARG: '1.5',
        }),
      ),
    ).toEqual([
      'OTEL_TRACES_EXPORTER',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
    ]);
    expect(problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' })).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'has to be the URL of an OTLP endpoint over HTTP, e.g. http://127.0.0.1:4318',
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
        DATABASE_REPLICA_URL: 'postgres://hub:invented@standby:5432/hub',
        DATABASE_REPLICA_MAX_LAG: '2m',
        PATCHBAY_DB_HOT: '2',
        PATCHBAY_DB_GENERAL: '200',
        REDIS_URL: 'rediss://redis:6379',
        PATCHBAY_ROLE: 'worker',
        PATCHBAY_CONFIG: directory,
        PATCHBAY_MASTER_KEY_PREVIOUS: previousMasterKey,
        PATCHBAY_ADMIN_KEY: 'invented-admin-key',
        PATCHBAY_OIDC_CLIENT_SECRET: 'invented client secret',
        PATCHBAY_PUBLIC_URL: 'https://hub.example.com/patchbay/',
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32, fd00::/8 crm.internal,localhost,10.0.0.1',
        PATCHBAY_EGRESS_PROXY: 'http://hub:inv%40nted@proxy.internal:3128',
        PATCHBAY_EGRESS_PROXY_DNS: 'proxy',
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
      databaseReplica: { url: 'postgres://hub:invented@standby:5432/hub', maxLagMs: 120_000 },
      databasePools: { hot: 2, general: 200 },
      redis: { kind: 'standalone', url: 'rediss://redis:6379' },
      role: 'worker',
      configDirectory: directory,
      masterKey,
      masterKeyPrevious: previousMasterKey,
      adminKey: 'invented-admin-key',
      oidcClientSecret: 'invented client secret',
      publicUrl: 'https://hub.example.com/patchbay',
      egressAllow: ['127.0.0.1/32', 'fd00::/8', 'crm.internal', 'localhost', '10.0.0.1'],
      egressProxy: { url: 'http://hub:inv%40nted@proxy.internal:3128', resolvesNames: true },
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
    ['DATABASE_REPLICA_URL', 'mysql://db/hub'],
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
    ['PATCHBAY_OIDC_CLIENT_SECRET', 'invented\nsecret'],
    ['PATCHBAY_PUBLIC_URL', 'hub.invented.example'],
    ['PATCHBAY_PUBLIC_URL', 'https://user:invented@hub.example.com'],
    ['PATCHBAY_PUBLIC_URL', 'https://hub.example.com/?a=1'],
    ['PATCHBAY_EGRESS_ALLOW', '10.0.0.0/33'],
    ['PATCHBAY_EGRESS_ALLOW', '10.0.0'],
    ['PATCHBAY_EGRESS_ALLOW', 'https://crm.internal'],
    ['PATCHBAY_EGRESS_PROXY', 'socks5://proxy.internal:1080'],
    ['PATCHBAY_EGRESS_PROXY', 'http://proxy.internal:3128/path'],
    ['PATCHBAY_EGRESS_PROXY', 'http://hub:50%@proxy.internal:3128'],
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

  it('limits the lag of a replica, which needs a database', () => {
    const url = 'postgres://hub:invented@standby:5432/hub';
    const withReplica = { ...production, DATABASE_REPLICA_URL: url };
    expect(loadEnvironment(withReplica).databaseReplica).toEqual({ url, maxLagMs: 10_000 });
    for (const lag of ['1999ms', '301s', '5', 'soon']) {
      expect(problemsOf({ ...withReplica, DATABASE_REPLICA_MAX_LAG: lag })).toEqual({
        DATABASE_REPLICA_MAX_LAG: expect.stringContaining('from 2s to 5m'),
      });
    }
    expect(problemsOf({ DATABASE_REPLICA_URL: url })).toEqual({
      DATABASE_REPLICA_URL: expect.stringContaining('set DATABASE_URL'),
    });
    expect(problemsOf({ ...production, DATABASE_REPLICA_MAX_LAG: '5s' })).toEqual({
      DATABASE_REPLICA_MAX_LAG: expect.stringContaining('set DATABASE_REPLICA_URL'),
    });
  });

  it('lets the hub resolve names behind a proxy, unless the operator says otherwise', () => {
    const url = 'http://proxy.internal:3128';
    expect(loadEnvironment({ PATCHBAY_EGRESS_PROXY: url }).egressProxy).toEqual({ url, resolvesNames: false });
    expect(problemsOf({ PATCHBAY_EGRESS_PROXY_DNS: 'proxy' })).toEqual({
      PATCHBAY_EGRESS_PROXY_DNS: expect.stringContaining('set PATCHBAY_EGRESS_PROXY'),
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
