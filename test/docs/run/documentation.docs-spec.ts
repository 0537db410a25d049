import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  capillarySandbox,
  crmSandbox,
  startSandbox,
  type StartedSandbox,
} from '@patchbay/testing';
import { until } from '@patchbay/testing/services';
import { parse, stringify } from 'yaml';
import { CLIENT, startIdentityProvider, type TestProvider } from '../../e2e/support/identity-provider.js';
import { startReceiver, type Receiver } from '../../e2e/support/receiver.js';
import { merged, type Mapping } from '../merge.js';
import { statusTable } from './status-table.js';
import { Workplace } from './workplace.js';

const IS_FRESH = process.env['PATCHBAY_DOCS_FRESH'] !== undefined;
const README = 'README.md';
const DEPLOYMENT = 'docs/deployment.md';
const BACKUP = 'docs/backup.md';
const READY = '"hub ready"';
const EMPTY_DATABASE = 'DROP DATABASE IF EXISTS patchbay WITH (FORCE); CREATE DATABASE patchbay OWNER patchbay';
/** Parts of a brand file that the pages leave to the reader. */
const FURTHER_PARTS = `
destinations:
  crm: { type: webhook, credentials: { bearer: "\${env:CRM_TOKEN}" }, settings: { url: "\${env:CRM_URL}" } }
subscriptions:
  points: { source: capillary, events: [pointsIssued], destination: crm, mapping: { body: { to: "{{ recipient.phone }}" } } }
  orders: { source: orders, events: [orderPlaced], destination: crm, mapping: { body: { order: "{{ data.order }}" } } }
`;
const MISSED = `${JSON.stringify({
  ...{ eventName: 'pointsIssued', eventId: 'e-2', orgId: 1800 },
  data: { customerIdentifiers: { customerId: 7 }, totalPointsIssued: 75 },
})}\n`;
const ORDERS = 'Order No;placed_at;member_id;amount\nA-1;2026-11-30T10:00:00Z;7;12.5\n';
const times: (readonly [step: string, seconds: number])[] = [];

/** Measures a step of the set-up. */
async function timed<T>(step: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work;
  times.push([step, (performance.now() - start) / 1_000]);
  return result;
}

describe('the documentation, followed by a reader in a clean folder', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await Workplace.open();
  });
  afterEach(() => place.endPrograms());

  /** Starts Redis with the file of the set-up. */
  const startRedis = () =>
    place
      .terminal()
      .start(
        `redis-server redis.conf --bind 127.0.0.1 --port ${String(place.ports.redis)} --save ''`,
        'Ready to accept',
      );

  afterAll(async () => {
    const total = times.reduce((sum, [, seconds]) => sum + seconds, 0);
    const lines = [...times, ['total', total] as const].map(
      ([step, s]) => `  ${s.toFixed(1).padStart(7)} s  ${step}\n`,
    );
    process.stderr.write(
      `\n${statusTable(place.used)}\nset-up ${IS_FRESH ? 'from nothing' : 'with a finished build'}:\n${lines.join('')}`,
    );
    await place.close();
  });

  it('set-up: a hub on a server, with a brand, an event and a checked backup', async () => {
    const build = place.terminal();
    await timed('get the hub', place.run(build, DEPLOYMENT, 'git clone'));
    if (!IS_FRESH) await place.takeBuild();
    await timed('install and compile', place.run(build, DEPLOYMENT, 'npm run build'));
    place.save(DEPLOYMENT, 'requirepass', 'redis.conf');
    await startRedis();
    await timed('create the database', place.sql('db', DEPLOYMENT, 'CREATE ROLE patchbay LOGIN'));
    const operator = place.terminal();
    await place.run(operator, DEPLOYMENT, 'umask');
    place.save(README, 'brand: acme', 'config/brands/acme.yaml');
    await place.run(operator, DEPLOYMENT, 'cat > brands.env');
    const receiver = await timed(
      'start the receiver',
      place.serve(place.terminal(), DEPLOYMENT, 'npx patchbay listen', 'Listening'),
    );
    await timed(
      'start the hub',
      place.serve(operator, DEPLOYMENT, 'set -a; . ./hub.env; . ./brands.env; set +a\nnpm start', READY),
    );
    const third = place.terminal();
    const [, , doctor, event] = await timed(
      'check the hub, send an event, see its delivery',
      place.run(third, DEPLOYMENT, 'set -a; . ./hub.env; . ./brands.env; set +a\nexport'),
    );
    expect(doctor).toMatch(/queue: on Redis .*, available/);
    expect(doctor).not.toMatch(/^(warning|problem)/m);
    expect(event).toContain('"status":"accepted"');
    await until(() => receiver.output().includes('"points":75'), { what: 'the message at the receiver' });
    expect(await third.run('npx patchbay deliveries acme')).toContain('succeeded');

    place.save(DEPLOYMENT, '[Unit]', 'patchbay.service');
    await third.run("sed -i 's#/srv/patchbay#'$PWD'#' patchbay.service");
    await third.run('systemd-analyze verify ./patchbay.service');
    await place.run(third, DEPLOYMENT, 'cp .env.example');

    await timed('make a backup', place.run(third, BACKUP, 'pg_dump'));
    await place.sql('db', BACKUP, 'SELECT greatest');
    await place.sql('restore', BACKUP, 'CREATE ROLE');
    await timed('restore it', place.run(third, BACKUP, 'pg_restore'));
    const keys = await third.run('cat hub.env');
    place.replace([['PATCHBAY_MASTER_KEY=…', `PATCHBAY_MASTER_KEY=${/MASTER_KEY=(.*)/.exec(keys)?.[1] ?? ''}`]]);
    const [, , check] = await timed('check the copy', place.run(place.terminal(), BACKUP, 'export DATABASE_URL'));
    expect(check).toContain('ok       secrets');
  });

  it('README: the first hub, and its move to an own PostgreSQL', async () => {
    await place.run(place.terminal(), README, 'npm run build');
    const receiver = await place.serve(place.terminal(), README, 'npx patchbay listen', 'Listening');
    const hub = await place.serve(place.terminal(), README, 'export ACME_TOKEN', READY);
    const third = place.terminal();
    const [, event] = await place.run(third, README, 'export PATCHBAY_URL');
    expect(event).toContain('"status":"accepted"');
    await until(() => receiver.output().includes('"points":75'), { what: 'the message at the receiver' });
    const [, deliveries, events] = await place.run(third, README, 'export PATCHBAY_ADMIN_KEY');
    expect(deliveries).toContain('succeeded');
    expect(events).toContain('"pointsIssued"');
    const [, explained] = await place.run(third, README, 'npx patchbay failures');
    expect(explained).toContain('points');
    const [key] = await place.run(third, README, 'npx patchbay keys create');
    expect(key).toContain('pbk_');
    await place.run(third, README, 'npx patchbay console');
    place.edit('config/brands/acme.yaml', '$gte: 50', '$gte: 100');
    await third.run(
      'export ACME_SIGNING_SECRET=whsec_$(openssl rand -base64 32) ACME_WEBHOOK_URL=http://127.0.0.1:9/hooks',
    );
    const [, , , version] = await place.run(third, 'docs/configuration.md', 'npx patchbay apply');
    expect(version).toContain('100');
    await hub.stop();

    await place.administer('db', EMPTY_DATABASE);
    await place.serve(place.terminal({ ACME_TOKEN: 'choose-one' }), BACKUP, '# 1. Stop', READY);
    expect(await third.run('npx patchbay deliveries acme')).toContain('succeeded');
  });

  describe('with vendors on this machine', () => {
    let capillary: StartedSandbox;
    let crm: StartedSandbox;
    let provider: TestProvider;
    let receiver: Receiver;

    beforeAll(async () => {
      capillary = await startSandbox(capillarySandbox().definition);
      crm = await startSandbox(
        crmSandbox(() => [
          {
            name: 'contact',
            method: 'GET',
            path: '/contacts/:id',
            handle: ({ params }) => ({ status: 200, body: { id: params.id ?? null, mobile: '+15005550010' } }),
          },
        ]),
      );
      provider = await startIdentityProvider(place.url);
      receiver = await startReceiver();
      place.replace([
        ['https://eu.api.capillarytech.com', capillary.sandbox.baseUrl],
        ['https://crm.acme.example', crm.sandbox.baseUrl],
        ['https://login.example.com/realms/acme', provider.issuer],
      ]);
    });
    afterAll(async () => {
      await receiver.close();
      await provider.close();
      await capillary.stop();
      await crm.stop();
    });

    it('pages about one brand: Capillary, files, lookups, suppressions, erasure, health, upgrade', async () => {
      const secrets = {
        CAP_KEY: CAPILLARY_KEY,
        CAP_SECRET: CAPILLARY_SECRET,
        CRM_TOKEN: 'invented-crm-token',
        CRM_URL: receiver.url,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        PATCHBAY_PUBLIC_URL: place.url,
      };
      const parts = [
        place.text('docs/capillary.md', 'brand: acme'),
        place.text('docs/files.md', 'sources:'),
        place.text('docs/recipients.md', 'recipients:\n  order').replace('enriched, ', ''),
        FURTHER_PARTS,
      ];
      place.write('config/brands/acme.yaml', stringify(parts.map(yaml).reduce(merged)));
      await place.administer('db', EMPTY_DATABASE);
      const first = place.terminal(secrets);
      await startRedis();
      await place.run(first, 'docs/tracing.md', 'export OTEL');
      await place.serve(first, README, 'export DATABASE_URL', READY);
      const key = await first.run('echo $PATCHBAY_ADMIN_KEY');
      const terminal = place.terminal({ ...secrets, PATCHBAY_ADMIN_KEY: key.trim(), PATCHBAY_URL: place.url });

      const register = 'npx patchbay capillary register acme';
      for (const output of await place.run(terminal, 'docs/capillary.md', `${register} --dry-run`))
        expect(output).toContain('pointsIssued');
      await place.run(terminal, 'docs/capillary.md', `${register} --rotate`);
      await place.run(terminal, 'docs/capillary.md', 'npx patchbay capillary reconcile');
      place.write('missed.ndjson', MISSED);
      place.write('orders-2026-11-30.csv', ORDERS);
      const [recovered] = await place.run(terminal, 'docs/capillary.md', 'npx patchbay import');
      expect(recovered).toContain('1 accepted');
      const [orders, again] = await place.run(terminal, 'docs/files.md', 'npx patchbay import');
      expect([orders, again]).toEqual([expect.stringContaining('1 accepted'), expect.stringContaining('1 duplicate')]);

      await place.run(terminal, 'docs/recipients.md', 'npx patchbay lookups');
      place.write('opted-out.csv', 'kind,address,reason\nphone,+15005550011,opt_out\n');
      await terminal.run('npx patchbay suppressions add acme phone +15005550007');
      const listed = await terminal.run('npx patchbay suppressions list acme --json');
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(listed)?.[0];
      place.replace([['01a22e10-6ad6-7c0b-a227-9ad9aa5e2a13', id ?? '']]);
      await place.run(terminal, 'docs/suppressions.md', 'npx patchbay suppressions');
      // The command asks at a terminal, which it does not have here.
      place.replace([['forget acme 700100200', 'forget acme 700100200 --yes']]);
      await place.run(terminal, 'docs/erasure.md', 'npx patchbay forget');

      for (const page of ['docs/health.md', 'docs/runbook.md'])
        expect(await place.run(terminal, page, 'npx patchbay doctor')).toEqual([
          expect.stringContaining('ok       queue'),
        ]);
      place.replace([
        ['PATCHBAY_URL=https://hub.example.com', `PATCHBAY_URL=${place.url}`],
        ['pbk_…', key.trim()],
      ]);
      const [, , named] = await place.run(place.terminal(), 'docs/runbook.md', 'export PATCHBAY_URL');
      expect(named).toContain('crm');
      await place.run(terminal, 'docs/upgrade.md', 'npx patchbay schema');
    });

    it('docs/sign-in.md: an access token, and a person who left', async () => {
      place.save('docs/sign-in.md', 'signIn:', 'config/patchbay.yaml');
      await place.administer('db', EMPTY_DATABASE);
      const environment = {
        PATCHBAY_OIDC_CLIENT_SECRET: CLIENT.secret,
        PATCHBAY_PUBLIC_URL: place.url,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
      };
      const first = place.terminal(environment);
      await place.serve(first, README, 'export DATABASE_URL', READY);
      const client = place.terminal({ ACCESS_TOKEN: await provider.machineToken() });
      const [me] = await place.run(client, 'docs/sign-in.md', 'curl');
      expect(me).toContain('"admin"');
      const key = await first.run('echo $PATCHBAY_ADMIN_KEY');
      const terminal = place.terminal({ PATCHBAY_ADMIN_KEY: key.trim(), PATCHBAY_URL: place.url });
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(await terminal.run('npx patchbay people list --json'))?.[0];
      place.replace([['019399f0-0000-7000-8000-000000000001', id ?? '']]);
      const [, removed] = await place.run(terminal, 'docs/sign-in.md', 'npx patchbay people');
      expect(removed).toContain('Removed');
      place.write('config/patchbay.yaml', '{}');
    });
  });

  it('docs/deployment.md: behind PgBouncer', async () => {
    await place.administer('db', EMPTY_DATABASE);
    await place.sql('db', DEPLOYMENT, 'CREATE ROLE patchbay_hot');
    place.save(DEPLOYMENT, '; pgbouncer.ini', 'pgbouncer.ini');
    place.write('users.txt', '"patchbay_hot" "password"\n');
    place.edit(
      'pgbouncer.ini',
      '[pgbouncer]\n',
      `[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${String(place.ports.pooler)}\nunix_socket_dir =\nauth_type = plain\nauth_file = users.txt\n`,
    );
    const pooler = place.terminal();
    // PgBouncer refuses to run as root.
    const user = process.getuid?.() === 0 ? 'runuser -u nobody -- ' : '';
    if (user !== '') await pooler.run('chmod 755 .. . && chmod 644 pgbouncer.ini users.txt');
    await pooler.start(`${user}/usr/sbin/pgbouncer pgbouncer.ini`, 'process up');
    const first = place.terminal({ PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') });
    await place.run(first, DEPLOYMENT, 'export DATABASE_URL');
    await first.start('npm start', READY);
  });

  it('uses every block that treatments.ts lists as run', () => {
    expect(statusTable(place.used)).toContain(', 0 MISSING');
  });
});

const yaml = (text: string): Mapping => parse(text) as Mapping;
