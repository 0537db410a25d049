import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSandbox, type SandboxRequest, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ROOT } from '../architecture/tree.js';
import { CLIENT, contactsSandbox } from '../fixtures/contacts-plugin/sandbox.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { cookieIn, signIn } from './support/console-session.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { searchDatabase } from './support/search-database.js';
import { at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-contacts';
const DESTINATION = '/v1/brands/acme/destinations/contacts';
const NOT_CONNECTED = expect.stringContaining('not connected');

const brand = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
destinations:
  contacts:
    type: acme-contacts
    credentials: { clientId: "\${env:CLIENT_ID}", clientSecret: "\${env:CLIENT_SECRET}" }
    settings: { url: "\${env:VENDOR_URL}" }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: contacts
`;

describe('a destination that is connected by OAuth', () => {
  const here = process.cwd();
  const definition = contactsSandbox();
  let installed: InstalledPackage;
  let vendor: StartedSandbox;
  /** Two processes of one hub. */
  let hubs: readonly [TestHub, TestHub];

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'contacts-plugin'), NAME);
    process.chdir(installed.folder);
    vendor = await startSandbox(definition);
    const options = {
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: {
        ...{ ACME_TOKEN, CLIENT_ID: CLIENT.clientId, CLIENT_SECRET: CLIENT.clientSecret },
        VENDOR_URL: vendor.sandbox.baseUrl,
      },
      environment: { PATCHBAY_PUBLIC_URL: 'https://hub.example.com' },
    };
    const first = await startTestHub(options);
    const { databaseUrl, configDirectory } = first;
    hubs = [first, await startTestHub({ ...options, databaseUrl, configDirectory })];
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    for (const hub of hubs.toReversed()) await hub.close();
    await vendor.stop();
    process.chdir(here);
    installed.remove();
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    await hubs[0].admin('DELETE', `${DESTINATION}/oauth`);
    await hubs[0].admin('POST', `${DESTINATION}/resume`);
    vendor.sandbox.clear();
  });

  /** Requests the page of the vendor, and returns the query with which the vendor sends the person back. */
  async function allowAccess(hub = hubs[0]): Promise<URL> {
    return sentBack(await hub.admin('POST', `${DESTINATION}/oauth/connect`));
  }
  async function sentBack({ status, body }: Answer): Promise<URL> {
    expect(status).toBe(200);
    const page = await fetch(String(at(body, 'authorizeUrl')), { redirect: 'manual' });
    expect(page.status).toBe(302);
    return new URL(page.headers.get('location') ?? '');
  }
  const comeBack = ({ search }: URL, hub = hubs[0]): Promise<Answer> =>
    call(`${hub.url}/oauth/callback${search}`, 'GET', undefined, {});
  async function connect(hub = hubs[0]): Promise<void> {
    expect(await comeBack(await allowAccess(hub), hub)).toMatchObject({ status: 200 });
  }
  const destination = async (hub = hubs[0]): Promise<unknown> => (await hub.admin('GET', DESTINATION)).body;
  const requests = (path: string): readonly SandboxRequest[] =>
    vendor.sandbox.requests.filter((request) => request.path === path);
  const send = (id: string, hub = hubs[0]) => hub.ingest('acme/capillary', pointsIssued(id), ACME_AUTH);
  const received = (count: number): Promise<unknown> =>
    until(() => vendor.sandbox.inbox.length >= count, { what: `${count} contacts`, timeoutMs: 25_000 });
  const paused = (hub = hubs[0]): Promise<unknown> =>
    until(async () => at(await destination(hub), 'paused') === true, { what: 'the pause', timeoutMs: 15_000 });

  it('holds deliveries until a person connects it, and sends them then', async () => {
    expect(await destination()).toMatchObject({ connection: { state: 'not_connected', connectedAt: null } });
    const verified = await hubs[0].admin('POST', `${DESTINATION}/verify`);
    expect(verified.body).toMatchObject({ ok: false, errorKind: 'credentials', message: NOT_CONNECTED });
    await send('held');
    await paused();
    expect(await destination()).toMatchObject({ pausedBy: 'hub', pausedReason: NOT_CONNECTED });
    expect(vendor.sandbox.requests).toEqual([]);

    await connect(hubs[1]);
    await received(1);
    expect(await destination()).toMatchObject({
      paused: false,
      connection: {
        ...{ state: 'connected', scopes: 'contacts.write', connectedBy: 'PATCHBAY_ADMIN_KEY' },
        expiresAt: expect.any(String),
      },
    });
    const list = async () => (await hubs[0].admin('GET', '/v1/brands/acme/deliveries')).body;
    await until(async () => at(await list(), 'data.0.status') === 'succeeded', { what: 'the delivery' });
    expect((await hubs[0].admin('POST', `${DESTINATION}/verify`)).body).toMatchObject({ ok: true });
  });

  it('asks the vendor with PKCE and the parameters of the plugin', async () => {
    const { body } = await hubs[0].admin('POST', `${DESTINATION}/oauth/connect`);
    const { origin, pathname, searchParams } = new URL(String(at(body, 'authorizeUrl')));
    expect(origin + pathname).toBe(`${vendor.sandbox.baseUrl}/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      access_type: 'offline',
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: 'https://hub.example.com/oauth/callback',
      state: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'contacts.write',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('refuses a state that is forged, used before or expired', async () => {
    const back = await allowAccess();
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(43));
    const refusals = [await comeBack(forged), await comeBack(new URL('https://hub.example.com/oauth/callback'))];
    expect(await comeBack(back)).toMatchObject({ status: 200 });
    refusals.push(await comeBack(back));
    const late = await allowAccess();
    await query(hubs[0].databaseUrl, `UPDATE oauth_requests SET expires_at = clock_timestamp() - interval '1 s'`);
    refusals.push(await comeBack(late));
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(refusals[0]?.text).toContain('Connect the destination again.');
    expect(requests('/token')).toHaveLength(1);
  });

  it('binds a request of the console to its browser, and leads back to the console', async () => {
    const session = await signIn(hubs[0]);
    const start = () => call(`${hubs[0].url}${DESTINATION}/oauth/connect`, 'POST', undefined, session);
    const stolen = await comeBack(await sentBack(await start()));
    expect([stolen.status, stolen.text]).toEqual([403, expect.stringContaining('another browser')]);
    const started = await start();
    expect(started.headers.get('set-cookie')).toMatch(
      /^__Host-patchbay-oauth=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/,
    );
    const { search } = await sentBack(started);
    const answer = await fetch(`${hubs[1].url}/oauth/callback${search}`, {
      redirect: 'manual',
      headers: { cookie: cookieIn(started) },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      'https://hub.example.com/console/b/acme/destinations/contacts',
    ]);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await destination()).toMatchObject({ connection: { connectedBy: 'PATCHBAY_ADMIN_KEY (console)' } });
  });

  it('says what the vendor refused, without text from the URL', async () => {
    const back = await allowAccess();
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const denied = await comeBack(back);
    expect([denied.status, denied.text]).toEqual([409, expect.stringContaining('access_denied')]);
    const script = await allowAccess();
    script.searchParams.delete('code');
    script.searchParams.set('error', '<script>');
    const answer = await comeBack(script);
    expect(answer.text).not.toContain('script');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const wrong = await allowAccess();
    wrong.searchParams.set('code', 'invented-code');
    expect((await comeBack(wrong)).text).toContain('invalid_grant');
    expect(await destination()).toMatchObject({ connection: { state: 'not_connected' } });
  });

  it('is connected and disconnected only by admins, with audit entries', async () => {
    const { body } = await hubs[0].admin('POST', '/v1/keys', { name: 'ops', role: 'operator' });
    const operator = { authorization: `Bearer ${String(at(body, 'key'))}` };
    expect((await hubs[0].admin('POST', `${DESTINATION}/oauth/connect`, undefined, operator)).status).toBe(403);
    expect((await hubs[0].admin('DELETE', `${DESTINATION}/oauth`, undefined, operator)).status).toBe(403);
    await connect();
    expect((await hubs[0].admin('DELETE', `${DESTINATION}/oauth`)).status).toBe(204);
    expect((await hubs[0].admin('DELETE', `${DESTINATION}/oauth`)).status).toBe(204);
    expect(await destination(hubs[1])).toMatchObject({ connection: { state: 'not_connected' } });
    const audit = at((await hubs[0].admin('GET', '/v1/audit')).body, 'data');
    expect(audit).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'destination.connect', target: 'acme/contacts' }),
        expect.objectContaining({ action: 'destination.disconnect', target: 'acme/contacts' }),
      ]),
    );
  });

  it('refreshes a refused token once for all processes', async () => {
    await connect();
    definition.vendor().expireAccess();
    const events = Array.from({ length: 12 }, (_, index) => send(`event-${index}`, hubs[index % 2 === 0 ? 0 : 1]));
    await Promise.all(events);
    await received(12);
    expect(requests('/token').map((request) => request.form().get('grant_type'))).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
    expect(vendor.sandbox.inbox).toHaveLength(12);
  });

  it('is paused if the vendor no longer accepts the connection, and resumed by a new connection', async () => {
    await connect();
    definition.vendor().revoke();
    await send('refused');
    await paused();
    expect(await destination()).toMatchObject({
      pausedBy: 'hub',
      pausedReason: expect.stringContaining('no longer accepts the connection'),
      connection: { state: 'refused' },
    });
    const tokenRequests = requests('/token').length;
    expect((await hubs[1].admin('POST', `${DESTINATION}/verify`)).body).toMatchObject({ ok: false });
    expect(requests('/token')).toHaveLength(tokenRequests);
    await connect(hubs[1]);
    await received(1);
  });

  it('keeps tokens, codes and states out of logs, answers, exports and plain columns', async () => {
    const back = await allowAccess();
    await comeBack(back);
    await send('one');
    await received(1);
    const token = String(vendor.sandbox.inbox[0]?.request.bearer());
    const code = String(back.searchParams.get('code'));
    const state = String(back.searchParams.get('state'));
    const seen = [
      ...hubs.flatMap(({ log }) => log),
      (await hubs[0].admin('GET', DESTINATION)).text,
      (await hubs[0].admin('GET', '/v1/brands/acme/export')).text,
      (await hubs[0].admin('GET', '/v1/audit')).text,
    ].join('\n');
    for (const secret of [token, code, state]) expect(seen).not.toContain(secret);
    expect(await searchDatabase(hubs[0].databaseUrl, [token, code, state])).toEqual([]);
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
