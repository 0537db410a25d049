import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli } from '../testing/run-cli.js';
import { diagnose } from './diagnose.js';
import { nodeProblem } from './node-problem.js';

const SECRET = 'invented-secret-0001';
const VERSIONS = { node: '20.19.0', command: '1.2.3' };
const DIAGNOSIS = {
  version: '1.2.3',
  publicUrl: null,
  checks: [{ name: 'queue', facts: 'on Redis (Redis 8.0.2), available', problems: [], warnings: [] }],
};

describe('diagnose', () => {
  let folder: string;
  let hub: FakeHub | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-doctor-'));
    mkdirSync(join(folder, 'brands'));
    writeFileSync(join(folder, 'brands', 'acme.yaml'), 'brand: acme\ntimezone: Mars/Base\n');
  });
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
    rmSync(folder, { recursive: true });
  });

  const HEALTHY: Readonly<Record<string, object>> = {
    '/health/ready': { status: 'ok' },
    '/v1/diagnosis': DIAGNOSIS,
  };
  const healthy = ({ path }: HubCall) => ({ status: 200, body: HEALTHY[path] ?? { changes: [] } });
  const env = (more: Record<string, string> = {}) => ({
    PATCHBAY_URL: hub?.url ?? 'http://127.0.0.1:9',
    PATCHBAY_ADMIN_KEY: KEY,
    PATCHBAY_CONFIG: folder,
    ...more,
  });

  it('finds no problems in a valid setup', async () => {
    hub = await startFakeHub(healthy);
    const findings = await diagnose(env(), VERSIONS);
    expect(findings.map(({ name }) => name)).toEqual([
      'Node 20.19.0',
      'environment',
      'hub file',
      'brand files',
      `hub at ${hub.url}`,
      'clocks',
      'database connections',
      'configuration of the hub',
      'admin key',
      'versions',
      'queue',
      'public URL',
      'destinations',
      'lookups',
      'brand files, checked by the hub',
    ]);
    expect(findings.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await runCli(['doctor'], { env: env() })).toMatchObject({ code: 0, err: '' });
  });

  it('sends the files to the hub as a dry run with resolved secrets', async () => {
    const file = join(folder, 'brands', 'acme.yaml');
    writeFileSync(file, "brand: acme\nsources:\n  shop:\n    auth: { bearer: ['${env:ACME_TOKEN}'] }\n");
    hub = await startFakeHub(healthy);
    const { code } = await runCli(['doctor'], { env: env({ ACME_TOKEN: SECRET }) });
    const sent = hub.calls.filter(({ path }) => path === '/v1/apply').map(({ body }) => JSON.parse(body) as unknown);
    // The test compares the whole body, because the hub rejects unknown keys.
    expect(sent).toEqual([
      {
        files: [
          {
            file,
            content: { brand: 'acme', sources: { shop: { auth: { bearer: [SECRET] } } } },
            interpolated: ['sources.shop.auth.bearer[0]'],
            sourceLocations: expect.arrayContaining([{ field: 'sources.shop.auth.bearer[0]', file, line: 4 }]),
          },
        ],
        dryRun: true,
        prune: false,
        strict: false,
        complete: false,
        atMost: 0,
        confirmPrivacy: false,
      },
    ]);
    expect(code).toBe(0);
  });

  it('prints all local problems at once and still checks the hub', async () => {
    writeFileSync(join(folder, 'patchbay.yaml'), 'plugin: []\n');
    writeFileSync(join(folder, 'brands', 'acme.yaml'), "brand: '${env:NOT_SET_ANYWHERE}'\n");
    const run = await runCli(['doctor'], { env: env({ PORT: 'eighty', PATCHBAY_ROLE: 'boss' }) });
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/problem +environment: PATCHBAY_ROLE: .*\n +PORT: /);
    expect(run.out).toMatch(/problem +hub file: .*patchbay\.yaml:1/);
    expect(run.out).toContain('acme.yaml:1 brand: the environment variable NOT_SET_ANYWHERE is not set');
    expect(run.out).toContain('No hub answers at http://127.0.0.1:9');
    expect(run.err).toContain('4 checks failed');
    expect(run.out + run.err).not.toContain(KEY);
  });

  it('reports a wrong host clock and blocked retention', async () => {
    const ready = { status: 'ok', clockOffsetSeconds: -600.5, retentionBlockedBy: 'the clocks differ' };
    hub = await startFakeHub((call) => (call.path === '/health/ready' ? { status: 200, body: ready } : healthy(call)));
    expect((await diagnose(env(), VERSIONS)).find(({ name }) => name === 'clocks')?.problems).toEqual([
      expect.stringContaining('600.5 s behind the clock of PostgreSQL'),
      'The hub deletes no expired data, because the clocks differ.',
    ]);
  });

  it.each<[number, number, unknown]>([
    [97, 20, undefined],
    [97, 77, undefined],
    [96, 77, [expect.stringMatching(/^PostgreSQL has 77 of 96 connections in use.* up to 20 .*PATCHBAY_DB_HOT/)]],
  ])('reports whether %i connections suffice if %i are in use', async (available, used, warnings) => {
    const ready = { status: 'ok', databaseConnections: { process: 20, used, available } };
    hub = await startFakeHub((call) => (call.path === '/health/ready' ? { status: 200, body: ready } : healthy(call)));
    expect((await diagnose(env(), VERSIONS)).find(({ name }) => name === 'database connections')?.warnings).toEqual(
      warnings,
    );
  });

  it('reports paused lookups of all brands with their reason and what waits', async () => {
    const resolver = {
      name: 'recipients.resolver',
      onFailure: 'retry',
      paused: true,
      pausedReason: 'recipients.resolver: no',
    };
    const profile = {
      name: 'enrichment.profile',
      onFailure: 'continue',
      paused: true,
      pausedReason: 'enrichment.http.profile: no',
    };
    const answers: Readonly<Record<string, object>> = {
      '/v1/brands?limit=200': { data: [{ name: 'beta', pausedLookups: [] }], nextCursor: 'more' },
      '/v1/brands?limit=200&cursor=more': { data: [{ name: 'acme', pausedLookups: ['recipients.resolver'] }] },
      '/v1/brands/acme/lookups': {
        data: [
          { ...resolver, held: 1, heldIsExact: true },
          { ...profile, held: 10_000, heldIsExact: false },
          { ...resolver, name: 'enrichment.tier', paused: false, held: 0, heldIsExact: true },
        ],
      },
    };
    hub = await startFakeHub((call) => {
      const body = answers[call.path];
      return body === undefined ? healthy(call) : { status: 200, body };
    });
    expect((await diagnose(env(), VERSIONS)).find(({ name }) => name === 'lookups')?.problems).toEqual([
      'acme recipients.resolver is paused: no. 1 delivery waits for it. ' +
        'To test and resume it: patchbay lookups verify acme recipients.resolver',
      'acme enrichment.profile is paused: no. At least 10000 deliveries wait for it. Other deliveries continue without its ' +
        'data. To test and resume it: patchbay lookups verify acme enrichment.profile',
    ]);
  });

  it('prints the checks of the hub, other versions, and a missing public URL', async () => {
    const check = {
      name: 'master key',
      facts: 'id 0011',
      problems: ['Set PATCHBAY_MASTER_KEY.'],
      warnings: ['Rotate.'],
    };
    hub = await startFakeHub((call) =>
      call.path === '/v1/diagnosis'
        ? { status: 200, body: { ...DIAGNOSIS, version: '2.0.0', checks: [check] } }
        : healthy(call),
    );
    const findings = await diagnose(env(), VERSIONS);
    expect(findings).toContainEqual(check);
    expect(findings.find(({ name }) => name === 'versions')).toMatchObject({
      facts: 'hub 2.0.0, this command 1.2.3',
      warnings: [expect.stringContaining("Use the command of the hub's version")],
    });
    expect(findings.find(({ name }) => name === 'public URL')).toMatchObject({
      problems: [],
      warnings: [expect.stringContaining('PATCHBAY_PUBLIC_URL is not set')],
    });
  });

  it('asks the public URL for a hub, without the key', async () => {
    const alive = { status: 200, body: { status: 'ok' } };
    hub = await startFakeHub((call) => {
      if (call.path === '/v1/diagnosis') return { status: 200, body: { ...DIAGNOSIS, publicUrl: hub?.url } };
      return call.path === '/health/live' ? alive : healthy(call);
    });
    const publicUrl = async () => (await diagnose(env(), VERSIONS)).find(({ name }) => name === 'public URL');
    expect(await publicUrl()).toEqual({ name: 'public URL', facts: hub.url, problems: [], warnings: [] });
    expect(hub.calls.find(({ path }) => path === '/health/live')?.headers.authorization).toBeUndefined();
    alive.body.status = 'another program';
    expect((await publicUrl())?.problems).toEqual([
      expect.stringMatching(/but not as a hub\. Correct PATCHBAY_PUBLIC_URL/),
    ]);
  });

  it('verifies every enabled destination of all brands', async () => {
    const destinations = (...names: string[]) => ({ data: names.map((name) => ({ name, disabled: name === 'off' })) });
    const bodies: Readonly<Record<string, object>> = {
      '/v1/brands?limit=200': { data: [{ name: 'acme' }, { name: 'beta' }] },
      '/v1/brands/acme/destinations?limit=200': destinations('crm', 'off'),
      '/v1/brands/beta/destinations?limit=200': destinations('mail', 'sms'),
      '/v1/brands/acme/destinations/crm/verify': { ok: false, message: 'The key was refused.', warnings: [] },
      '/v1/brands/beta/destinations/mail/verify': {
        ok: true,
        message: 'Now resumed.',
        resumed: true,
        warnings: ['List?'],
      },
    };
    hub = await startFakeHub((call) => {
      if (call.path.endsWith('/sms/verify')) return { status: 403, body: { status: 403, detail: 'Needs operator.' } };
      const body = bodies[call.path];
      return body === undefined ? healthy(call) : { status: 200, body };
    });
    expect((await diagnose(env(), VERSIONS)).find(({ name }) => name === 'destinations')).toEqual({
      name: 'destinations',
      facts: '1 of 3 work',
      problems: ['acme/crm: The key was refused.', expect.stringMatching(/^beta\/sms: .*Needs operator\./)],
      warnings: ['beta/mail: List?', 'beta/mail: Now resumed.'],
    });
  });

  it('looks for the servers of a hub that does not answer, and prints no password', async () => {
    hub = await startFakeHub(healthy);
    const [listening, closed] = [new URL(hub.url).host, '127.0.0.1:9'];
    const servers = {
      PATCHBAY_URL: `http://${closed}`,
      DATABASE_URL: `postgres://user:${SECRET}@${closed}/patchbay`,
      REDIS_URL: `redis://:${SECRET}@${listening}`,
    };
    const found = (await diagnose(env(servers), VERSIONS)).slice(-2);
    expect(found).toEqual([
      {
        name: 'server of DATABASE_URL',
        facts: closed,
        problems: [expect.stringMatching(/No server answers at 127\.0\.0\.1:9 \(ECONNREFUSED\)\. Start the server/)],
      },
      { name: 'server of REDIS_URL', facts: listening, problems: [], warnings: [] },
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);

    const sentinels = `redis+sentinel://:${SECRET}@${listening},${closed}/m?sentinelPassword=${SECRET}`;
    const several = (await diagnose(env({ ...servers, REDIS_URL: sentinels }), VERSIONS)).at(-1);
    expect(several).toEqual({
      name: 'server of REDIS_URL',
      facts: `Redis Sentinel, 1 of 2 answer: ${listening}, ${closed}`,
      problems: [],
      warnings: [expect.stringMatching(/^No server answers at 127\.0\.0\.1:9/)],
    });
    expect(JSON.stringify(several)).not.toContain(SECRET);
    const cluster = (await diagnose(env({ ...servers, REDIS_URL: `redis+cluster://${closed}` }), VERSIONS)).at(-1);
    expect(cluster).toMatchObject({ facts: `Redis Cluster, 0 of 1 answer: ${closed}`, problems: [expect.any(String)] });
  });

  it('distinguishes a hub that is not ready from a hub that rejects the key', async () => {
    hub = await startFakeHub(() => ({ status: 503, body: { status: 503, detail: 'The database does not answer.' } }));
    expect((await diagnose(env(), VERSIONS)).at(-1)?.problems[0]).toContain('503');
    await hub.stop();
    hub = await startFakeHub((call) =>
      call.path === '/health/ready' ? healthy(call) : { status: 401, body: { status: 401, detail: 'no' } },
    );
    expect((await diagnose(env(), VERSIONS)).at(-1)).toMatchObject({
      name: 'admin key',
      problems: [expect.stringContaining('rejected the admin key')],
    });
  });

  it('prints the fields that the hub rejects, with their lines', async () => {
    hub = await startFakeHub((call) => {
      const errors = [{ file: join(folder, 'brands', 'acme.yaml'), field: 'timezone', detail: 'is not a time zone' }];
      return call.path === '/v1/apply'
        ? { status: 422, body: { status: 422, detail: 'Refused.', errors } }
        : healthy(call);
    });
    expect((await diagnose(env(), VERSIONS)).at(-1)?.problems.join('\n')).toContain(
      'acme.yaml:2 timezone: is not a time zone',
    );
  });
});

describe('nodeProblem', () => {
  it.each(['20.19.0', '20.20.2', '21.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });
  it.each(['18.20.0', '20.18.9'])('rejects %s', (version) => {
    expect(nodeProblem(version)).toContain('20.19 or newer');
  });
});
