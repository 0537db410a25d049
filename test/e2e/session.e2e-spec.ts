import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { acmeBrand, acmeEnv } from './support/acme.js';
import { callAs, makeKey } from './support/admin-routes.js';
import { consoleHeaders, consoleLink, cookieIn, postSignIn, signIn } from './support/console-session.js';
import { ADMIN_KEY, at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

let hub: TestHub;
/** Second process of the same hub. */
let other: TestHub;
beforeAll(async () => {
  const options = { brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') };
  hub = await startTestHub(options);
  other = await startTestHub({ ...options, databaseUrl: hub.databaseUrl });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await other.close();
  await hub.close();
});

const me = (headers: Record<string, string>, to = hub): Promise<Answer> =>
  call(`${to.url}/v1/me`, 'GET', undefined, headers);
const pause = (headers: Record<string, string>, body?: unknown): Promise<Answer> =>
  call(`${hub.url}/v1/brands/acme/destinations/crm/pause`, 'POST', body, headers);
const without = (headers: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name));
const audit = async (query: string): Promise<readonly unknown[]> => {
  const data: unknown = at((await hub.admin('GET', `/v1/audit?${query}`)).body, 'data');
  return Array.isArray(data) ? Array.from<unknown>(data) : [];
};

describe('signing in', () => {
  it('with a key sets a cookie that scripts and other sites cannot use, and shows the rights of the key', async () => {
    const { key, name } = await makeKey(hub, { role: 'operator', brands: ['acme'], reveal: true });
    const answer = await postSignIn(hub, { key });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-patchbay=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const rights = { name, role: 'operator', brands: ['acme'], reveal: true, expiresAt: null, bootstrap: false };
    expect(answer.body).toMatchObject({ ...rights, demoInboxUrl: null });
    for (const one of [hub, other]) expect((await me({ cookie: cookieIn(answer) }, one)).body).toEqual(answer.body);
    expect(answer.text).not.toContain(key);
    const [idle, latest] = ['endsAt', 'latestEndsAt'].map((end) =>
      Date.parse(String(at(answer.body, `session.${end}`))),
    );
    expect((latest ?? 0) - (idle ?? 0)).toBe(11 * 3_600_000);
  });

  it('is also possible with PATCHBAY_ADMIN_KEY, until the key is changed', async () => {
    const headers = await signIn(hub);
    expect((await me(headers)).body).toMatchObject({ name: 'PATCHBAY_ADMIN_KEY', role: 'admin', bootstrap: true });
    const changed = await startTestHub({ adminKey: 'another-admin-key-0123456789', databaseUrl: hub.databaseUrl });
    expect((await me(headers, changed)).status).toBe(401);
    await changed.close();
  });

  it('ends no later than the key', async () => {
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const { key } = await makeKey(hub, { role: 'viewer', expiresAt });
    const { body } = await postSignIn(hub, { key });
    expect(at(body, 'session')).toEqual({ endsAt: expiresAt, latestEndsAt: expiresAt });
  });

  it.each<[string, unknown, number]>([
    ['a wrong key', { key: 'wrong-key' }, 401],
    ['an unknown token', { token: randomBytes(32).toString('base64url') }, 401],
    ['neither key nor token', {}, 400],
    ['key and token', { key: ADMIN_KEY, token: 'x' }, 400],
    ['an empty key', { key: '' }, 400],
    ['an unknown field', { key: ADMIN_KEY, name: 'x' }, 400],
    ['no JSON', '{', 400],
    ['a huge body', { key: 'x'.repeat(5_000) }, 413],
  ])('is refused with %s', async (_what, body, status) => {
    const answer = await postSignIn(hub, body);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('is refused to a key of the role ingest', async () => {
    const { key } = await makeKey(hub, { role: 'ingest' });
    const answer = await postSignIn(hub, { key });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['from another site', { origin: 'https://evil.example' }, 403],
    ['from another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['from a page without an origin', { origin: 'null' }, 403],
    ['from another site, by a browser that hides its origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['as text, which other sites can send', { 'content-type': 'text/plain' }, 415],
  ])('is refused %s', async (_what, headers, status) => {
    const answer = await postSignIn(hub, { key: ADMIN_KEY }, headers);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([status, null]);
  });

  it('is possible for a program, which sends neither an origin nor headers of the console', async () => {
    const signInUrl = `${hub.url}/v1/session`;
    const answer = await call(signInUrl, 'POST', { key: ADMIN_KEY }, {});
    expect(answer.status).toBe(201);
    expect((await me({ cookie: cookieIn(answer) })).body).toEqual(answer.body);
    // fetch sends no content type with bytes.
    const untyped = await fetch(signInUrl, { method: 'POST', body: Buffer.from(JSON.stringify({ key: ADMIN_KEY })) });
    expect([untyped.status, untyped.headers.get('set-cookie')]).toEqual([415, null]);
  });

  it('is refused to a key that is revoked after its check', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer' });
    const revocation = new pg.Client({ connectionString: hub.databaseUrl });
    await revocation.connect();
    await revocation.query('BEGIN');
    await revocation.query('DELETE FROM api_keys WHERE id = $1', [id]);
    const answering = postSignIn(hub, { key });
    const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid';
    await until(async () => (await revocation.query(waiting)).rowCount === 1, { what: 'the sign-in to wait' });
    await revocation.query('COMMIT');
    await revocation.end();
    const answer = await answering;
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
  });
});

describe('a session', () => {
  it('changes something only for scripts of the console', async () => {
    const headers = await signIn(hub);
    const refused: [Record<string, string>, number][] = [
      [without(headers, 'origin'), 403],
      [{ ...headers, origin: 'https://evil.example' }, 403],
      [without(headers, 'x-patchbay-console'), 403],
      [{ ...headers, 'content-type': 'text/plain' }, 415],
      [without(headers, 'cookie'), 401],
    ];
    for (const [sent, status] of refused) expect((await pause(sent, { reason: 'forged' })).status).toBe(status);
    const crm = '/v1/brands/acme/destinations/crm';
    expect(at((await hub.admin('GET', crm)).body, 'paused')).toBe(false);
    expect((await pause(headers, { reason: 'vendor moves' })).status).toBe(200);
    expect(at((await call(`${hub.url}${crm}`, 'GET', undefined, headers)).body, 'paused')).toBe(true);
    expect((await call(`${hub.url}${crm}/resume`, 'POST', undefined, headers)).status).toBe(200);
  });

  it('reads nothing for pages of other sites, also on the same machine', async () => {
    const headers = await signIn(hub);
    for (const site of ['cross-site', 'same-site', 'x']) {
      expect((await me({ ...headers, 'sec-fetch-site': site })).status).toBe(403);
    }
    for (const site of ['same-origin', 'none']) {
      expect((await me({ ...headers, 'sec-fetch-site': site })).status).toBe(200);
    }
  });

  it('is ignored by a request with a key, and by sources', async () => {
    const viewer = await makeKey(hub, { role: 'viewer' });
    const headers = { ...(await signIn(hub)), authorization: `Bearer ${viewer.key}` };
    expect((await me(headers)).body).toMatchObject({ name: viewer.name, session: null });
    expect((await pause(headers)).status).toBe(403);
    // A program with a key sends no Origin.
    const { status } = await pause({ authorization: `Bearer ${ADMIN_KEY}` });
    expect(status).toBe(200);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    for (const wrong of ['Bearer wrong-key', 'Basic dGVzdA==', '']) {
      expect((await me({ ...headers, authorization: wrong })).status).toBe(401);
    }
    const { cookie = '' } = await signIn(hub);
    expect((await hub.ingest('acme/capillary', {}, { cookie, ...consoleHeaders(hub) })).status).toBe(401);
  });

  it.each(['viewer', 'operator', 'admin'])('of a key of the role %s may do what the key may do', async (role) => {
    const { key } = await makeKey(hub, { role });
    const headers = await signIn(hub, key);
    const requests: [string, string, object | undefined][] = [
      ['GET', '/v1/brands', undefined],
      ['POST', '/v1/brands/acme/destinations/crm/resume', undefined],
      ['GET', '/v1/keys', undefined],
      ['DELETE', '/v1/brands/acme/destinations/none', undefined],
    ];
    for (const [method, path, body] of requests) {
      const { status } = await call(`${hub.url}${path}`, method, body, headers);
      expect([path, status]).toEqual([path, (await callAs(hub, key, method, path, body)).status]);
    }
  });

  it('names the key and the console in the audit log', async () => {
    const { key, id, name } = await makeKey(hub, { role: 'operator', brands: ['acme'] });
    const headers = await signIn(hub, key);
    await pause(headers);
    await call(`${hub.url}/v1/session`, 'DELETE', undefined, headers);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    const entries = await audit(`actor=${encodeURIComponent(`${name} (console)`)}`);
    expect(entries.map((entry) => [at(entry, 'action'), at(entry, 'actor.keyId'), at(entry, 'brand')])).toEqual(
      ['session.end', 'destination.pause', 'session.create'].map((action) => [action, id, 'acme']),
    );
  });

  it('ends in every process when its key is revoked', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer' });
    const headers = await signIn(hub, key);
    expect((await me(headers, other)).status).toBe(200);
    await hub.admin('DELETE', `/v1/keys/${id}`);
    for (const one of [hub, other]) {
      const answer = await me(headers, one);
      expect([answer.status, at(answer.body, 'detail')]).toEqual([401, 'Your session has ended. Sign in again.']);
    }
  });

  it('ends when the person signs out, and the browser forgets it', async () => {
    const headers = await signIn(hub);
    const another = await signIn(hub);
    const answer = await call(`${hub.url}/v1/session`, 'DELETE', undefined, headers);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-patchbay=; .*Secure.*Max-Age=0$/);
    expect((await me(headers)).status).toBe(401);
    expect((await me(another)).status).toBe(200);
    expect((await call(`${hub.url}/v1/session`, 'DELETE', undefined, headers)).status).toBe(401);
    expect((await hub.admin('DELETE', '/v1/session')).status).toBe(400);
  });

  it.each(['', 'x', 'y'.repeat(43), '%00', `${'z'.repeat(43)}; __Host-patchbay=second`])(
    'is not found for the cookie %s',
    async (value) => expect((await me({ cookie: `__Host-patchbay=${value}` })).status).toBe(401),
  );
});

describe('a sign-in link', () => {
  const tokenIn = (link: string): string => new URL(link).hash.replace('#token=', '');

  it('signs in once, with the rights of the key that made it', async () => {
    const { key, name } = await makeKey(hub, { role: 'viewer' });
    const link = await consoleLink(hub, key);
    expect(link).toMatch(new RegExp(`^${hub.url}/console/sign-in#token=[\\w-]{43}$`));
    const answers = await Promise.all([1, 2, 3].map(() => postSignIn(hub, { token: tokenIn(link) })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    expect(answers.find(({ status }) => status === 201)?.body).toMatchObject({ name, role: 'viewer' });
  });

  it('works for PATCHBAY_ADMIN_KEY', async () => {
    const answer = await postSignIn(other, { token: tokenIn(await consoleLink(hub)) });
    expect(answer.body).toMatchObject({ role: 'admin', bootstrap: true });
  });

  it('ends with its key', async () => {
    const { key, id } = await makeKey(hub, { role: 'viewer' });
    const link = await consoleLink(hub, key);
    await hub.admin('DELETE', `/v1/keys/${id}`);
    expect((await postSignIn(hub, { token: tokenIn(link) })).status).toBe(401);
  });

  it('is refused to requests from other machines, and is then not used up', async () => {
    const link = await consoleLink(hub);
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    expect((await postSignIn(hub, { token: tokenIn(link) }, forwarded)).status).toBe(403);
    expect((await hub.admin('POST', '/v1/session/links', undefined, forwarded)).status).toBe(403);
    expect((await postSignIn(hub, { token: tokenIn(link) })).status).toBe(201);
  });

  it('is not made by a session, which it would outlive', async () => {
    const headers = await signIn(hub);
    expect((await call(`${hub.url}/v1/session/links`, 'POST', undefined, headers)).status).toBe(403);
  });
});

describe('the public URL of a hub behind a proxy', () => {
  it('is its own origin', async () => {
    const environment = { PATCHBAY_PUBLIC_URL: 'https://hub.example/' };
    const proxied = await startTestHub({ databaseUrl: hub.databaseUrl, environment });
    const from = async (origin: string): Promise<number> =>
      (await postSignIn(proxied, { key: ADMIN_KEY }, { origin })).status;
    const origins = ['https://hub.example', 'http://hub.example', 'https://hub.example:8443', 'https://other.example'];
    expect(await Promise.all(origins.map(from))).toEqual([201, 403, 403, 403]);
    // A request that a proxy on the same machine forwards may look like a request from this machine.
    expect((await proxied.admin('POST', '/v1/session/links')).status).toBe(403);
    expect((await postSignIn(proxied, { token: 'any' })).status).toBe(403);
    await proxied.close();
  });
});

describe('a process of the role worker', () => {
  it('has no console and no sign-in', async () => {
    const worker = await startTestHub({ databaseUrl: hub.databaseUrl, environment: { PATCHBAY_ROLE: 'worker' } });
    expect((await postSignIn(worker, { key: ADMIN_KEY })).status).toBe(404);
    for (const path of ['/', '/console', '/status']) expect((await fetch(worker.url + path)).status).toBe(404);
    await worker.close();
  });
});

describe('guessing at the sign-in', () => {
  it('is throttled like guessing at the API, together with it; a valid key is accepted', async () => {
    const guesser = await startTestHub({ databaseUrl: hub.databaseUrl });
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++) {
      statuses.push((await postSignIn(guesser, { key: `guess-${index}` })).status);
      statuses.push((await postSignIn(guesser, { token: randomBytes(32).toString('base64url') })).status);
    }
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 401));
    const refused = await postSignIn(guesser, { key: 'guess-again' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await callAs(guesser, 'guess-at-the-api', 'GET', '/v1/me')).status).toBe(429);
    expect((await postSignIn(guesser, { key: ADMIN_KEY })).status).toBe(201);
    expect(guesser.log.join('\n')).not.toContain('guess-');
    await guesser.close();
  });
});

it('no secret of a session is stored or logged', async () => {
  const headers = await signIn(hub);
  const link = await consoleLink(hub);
  const secrets = [headers['cookie']?.split('=')[1] ?? '?', new URL(link).hash.split('=')[1] ?? '?'];
  await me(headers);
  const entries = JSON.stringify(await audit('limit=200'));
  for (const secret of secrets) {
    expect(hub.log.join('\n')).not.toContain(secret);
    expect(entries).not.toContain(secret);
  }
});
