import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { KEY, startLineServer, type LineServer } from '../fixtures/line-plugin/server.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-line';

/** Creates a certificate of 127.0.0.1 that signs itself. */
function certificate(): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-certificate-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', '-x509', ...options, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a plugin with a protocol over TCP', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let vendor: LineServer;
  let secure: LineServer;
  let hub: TestHub;
  let sent = 0;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'line-plugin'), NAME);
    process.chdir(installed.folder);
    vendor = await startLineServer();
    const { cert, key } = certificate();
    secure = await startLineServer({ cert, key });
    const destination = (settings: object): string =>
      `{ type: acme-line, credentials: { key: "\${env:LINE_KEY}" }, settings: ${JSON.stringify(settings)} }`;
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: {
        acme: `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  plain: ${destination({ host: '127.0.0.1', port: vendor.port })}
  secure: ${destination({ host: '127.0.0.1', port: secure.port, ca: cert })}
  private: ${destination({ host: '10.1.2.3', port: 4_222 })}
subscriptions:
  plain: { source: capillary, events: [pointsIssued], destination: plain, mapping: { text: "{{ data.text }}" } }
  secure: { source: capillary, events: [pointsIssued], destination: secure, mapping: { text: "{{ data.text }}" } }
  private: { source: capillary, events: [pointsIssued], destination: private, mapping: { text: "{{ data.text }}" } }
`,
      },
      env: { ACME_TOKEN, LINE_KEY: KEY },
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await vendor.close();
    await secure.close();
    process.chdir(here);
    installed.remove();
  }, SERVICE_TIMEOUT_MS);

  async function ingest(text: string): Promise<void> {
    sent += 1;
    const { status } = await hub.ingest('acme/capillary', pointsIssued(`line-${sent}`, 1, { text }), ACME_AUTH);
    expect(status).toBe(202);
  }
  const deliveries = async (query: string): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?limit=200&${query}`);
    return at(body, 'data') as readonly unknown[];
  };
  const ended = async (destination: string, status: string, count: number): Promise<readonly unknown[]> => {
    let found: readonly unknown[] = [];
    await until(
      async () => {
        found = await deliveries(`destination=${destination}&status=${status}`);
        return found.length >= count;
      },
      { what: `${count} deliveries of ${destination} to be ${status}`, timeoutMs: 60_000 },
    );
    return found;
  };
  const attemptOf = async (delivery: unknown): Promise<unknown> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries/${String(at(delivery, 'id'))}`);
    return at(body, 'attempts.0');
  };

  it('sends several messages on one connection, over TCP and over TLS', async () => {
    for (const text of ['one', 'two', 'three']) await ingest(text);
    const [first] = await ended('plain', 'succeeded', 3);
    await ended('secure', 'succeeded', 3);
    for (const server of [vendor, secure]) {
      expect([...server.received].sort()).toEqual(['one', 'three', 'two']);
      expect([server.opened, server.open]).toEqual([1, 1]);
    }
    const request = { method: 'SEND', url: `tcp://127.0.0.1:${vendor.port}` };
    expect(await attemptOf(first)).toMatchObject({ outcome: 'accepted', request });
  }, 120_000);

  it('does not connect to an address that the operator does not allow', async () => {
    const [refused] = await ended('private', 'dead', 1);
    expect(await attemptOf(refused)).toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining('PATCHBAY_EGRESS_ALLOW'),
    });
  }, 120_000);

  it('holds a message as unconfirmed if the connection is cut before the answer, and opens another', async () => {
    vendor.decide((text) => (text === 'lost' ? 'cut' : 'OK'));
    await ingest('lost');
    const [lost] = await ended('plain', 'unconfirmed', 1);
    expect(await attemptOf(lost)).toMatchObject({
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: the connection was cut .* after the request was sent/),
    });
    await ingest('next');
    await ended('plain', 'succeeded', 4);
    expect([vendor.opened, vendor.received.filter((text) => text === 'lost').length]).toEqual([2, 1]);
  }, 120_000);

  it('keeps the connection after the vendor refused a message', async () => {
    vendor.decide((text) => (text === 'bad' ? 'WRONG' : 'OK'));
    await ingest('bad');
    const [bad] = await ended('plain', 'dead', 1);
    expect(await attemptOf(bad)).toMatchObject({ outcome: 'rejected', vendorCode: 'WRONG' });
    expect([vendor.opened, vendor.open]).toEqual([2, 1]);
  }, 120_000);

  it('closes the connection of a destination that was paused, and opens another after it was resumed', async () => {
    const before = vendor.quits;
    expect(
      (await hub.admin('POST', '/v1/brands/acme/destinations/plain/pause', { reason: 'test' })).status,
    ).toBeLessThan(300);
    await until(() => vendor.open === 0, { what: 'the connection to be closed', timeoutMs: 30_000 });
    expect(vendor.quits).toBe(before + 1);
    await ingest('waits');
    expect((await hub.admin('POST', '/v1/brands/acme/destinations/plain/resume')).status).toBeLessThan(300);
    await ended('plain', 'succeeded', 5);
    expect(vendor.opened).toBe(3);
  }, 120_000);

  it('says goodbye on all connections when the hub stops', async () => {
    expect([vendor.open, secure.open]).toEqual([1, 1]);
    const before = [vendor.quits, secure.quits];
    await hub.stop();
    await until(() => vendor.open + secure.open === 0, { what: 'the connections to be closed', timeoutMs: 30_000 });
    expect([vendor.quits, secure.quits]).toEqual(before.map((quits) => quits + 1));
  }, 120_000);
});
