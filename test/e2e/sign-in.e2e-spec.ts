import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { JWTPayload } from 'jose';
import { acmeBrand, acmeEnv } from './support/acme.js';
import { consoleHeaders } from './support/console-session.js';
import { CLIENT, PROVIDER_ENVIRONMENT, startIdentityProvider, type TestProvider } from './support/identity-provider.js';
import { ADMIN_KEY, at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

/** URL at which browsers reach the hub. The browser of these tests sends its requests to {@link hub} instead. */
const HUB = PROVIDER_ENVIRONMENT.PATCHBAY_PUBLIC_URL;
const SIGN_IN_COOKIE = '__Host-patchbay-sign-in';
const SESSION_COOKIE = '__Host-patchbay';
const ADA = { sub: 'ada-1', name: 'Ada Lovelace', groups: ['staff', 'acme-support'] };

let provider: TestProvider;
let hub: TestHub;
beforeAll(async () => {
  provider = await startIdentityProvider();
  hub = await startTestHub({
    ...{ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') },
    ...{ hubFile: hubFile(), environment: PROVIDER_ENVIRONMENT },
  });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await hub.close();
  await provider.close();
});
beforeEach(() => {
  provider.setAway(false);
  provider.replaceIdToken(null);
  provider.setNext(ADA);
});

function hubFile(role = 'operator'): string {
  const roles = [{ value: 'acme-support', role, brands: ['acme'] }];
  const signIn = { name: 'Acme', issuer: provider.issuer, clientId: CLIENT.id, rolesClaim: ['groups'], roles };
  return JSON.stringify({ signIn });
}

/** Answer to a navigation, and the cookies that the browser then has for the site. */
interface Visit {
  readonly status: number;
  readonly location: string;
  readonly setCookies: readonly string[];
}

/** Browser that follows redirects one by one and keeps cookies per site. */
class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  async visit(url: string, headers: Record<string, string> = {}, to = hub): Promise<Visit> {
    const { origin } = new URL(url);
    const own = this.cookiesOf(origin);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(origin === HUB ? url.replace(HUB, to.url) : url, {
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
    });
    const setCookies = answer.headers.getSetCookie();
    for (const text of setCookies) {
      const [name = '', value = ''] = (text.split(';')[0] ?? '').split('=');
      if (value === '') own.delete(name);
      else own.set(name, value);
    }
    return { status: answer.status, location: new URL(answer.headers.get('location') ?? '', url).href, setCookies };
  }

  cookiesOf(origin: string): Map<string, string> {
    const own = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, own);
    return own;
  }

  /** Starts a sign-in and follows it until the provider sends the browser back. Returns the URL of the callback. */
  async untilCallback(wanted = '/console/b/acme', to = hub): Promise<string> {
    let { location } = await this.visit(`${HUB}/v1/sign-in/start?return=${encodeURIComponent(wanted)}`, {}, to);
    for (let step = 0; step < 10; step++) {
      if (location.startsWith(HUB)) return location;
      ({ location } = await this.visit(location));
    }
    throw new Error(`The provider did not send the browser back. Its last redirect was ${location}`);
  }

  async signIn(wanted?: string): Promise<Visit> {
    return this.visit(await this.untilCallback(wanted));
  }

  /** Headers with which the console calls the API. */
  get headers(): Record<string, string> {
    const token = this.cookiesOf(HUB).get(SESSION_COOKIE) ?? '';
    return { ...consoleHeaders(hub), cookie: `${SESSION_COOKIE}=${token}` };
  }

  me(to = hub): Promise<Answer> {
    return call(`${to.url}/v1/me`, 'GET', undefined, this.headers);
  }
}

const failed = (reason: string): string => `${HUB}/console/sign-in?failed=${reason}`;

describe('signing in at the provider', () => {
  it('stops calling the provider for an address with too many sign-ins', async () => {
    const busy = await startTestHub({
      ...{ hubFile: hubFile(), environment: PROVIDER_ENVIRONMENT, databaseUrl: hub.databaseUrl },
    });
    const browser = new Browser();
    const callback = new URL(await browser.untilCallback('/console/b/acme', busy));
    callback.searchParams.set('code', 'invented');
    const cookie = `${SIGN_IN_COOKIE}=${browser.cookiesOf(HUB).get(SIGN_IN_COOKIE) ?? ''}`;
    const before = provider.requests('/token');
    const failures: string[] = [];
    for (let index = 0; index < 122; index += 1)
      failures.push((await new Browser().visit(callback.href, { cookie }, busy)).location);
    expect([failures[0], ...failures.slice(119)]).toEqual([
      ...[failed('failed'), failed('failed'), failed('busy'), failed('busy')],
    ]);
    expect(provider.requests('/token') - before).toBe(120);
    expect(busy.log.filter((line) => line.includes('sign-ins refused'))).toHaveLength(1);
    // The start of a sign-in calls nobody, so it is not counted.
    const calls = provider.requests('/.well-known/openid-configuration');
    const { location } = await browser.visit(`${HUB}/v1/sign-in/start`, {}, busy);
    expect(location.startsWith(provider.issuer)).toBe(true);
    expect(provider.requests('/.well-known/openid-configuration')).toBe(calls);
    await busy.close();
  });

  it('starts a session with the rights of the rule, for an hour at most', async () => {
    const browser = new Browser();
    const visit = await browser.signIn('/console/b/acme/events?customer=7');
    expect([visit.status, visit.location]).toEqual([303, `${HUB}/console/b/acme/events?customer=7`]);
    expect(visit.setCookies).toEqual([
      expect.stringMatching(/^__Host-patchbay-sign-in=; .*HttpOnly; Secure; SameSite=Lax; Max-Age=0$/),
      expect.stringMatching(/^__Host-patchbay=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
    ]);
    const { body } = await browser.me();
    const rights = { name: 'Ada Lovelace', role: 'operator', brands: ['acme'], reveal: false, bootstrap: false };
    expect(body).toMatchObject({ ...rights, expiresAt: null, personId: expect.any(String) });
    expect(at(body, 'session.endsAt')).toBe(at(body, 'session.latestEndsAt'));
    const leftMs = Date.parse(String(at(body, 'session.endsAt'))) - Date.now();
    expect(leftMs).toBeLessThanOrEqual(3_600_000);
    expect(leftMs).toBeGreaterThan(3_500_000);
  });

  it('asks the provider by code, PKCE, state and nonce, without a secret in the address', async () => {
    const browser = new Browser();
    const { location, setCookies } = await browser.visit(`${HUB}/v1/sign-in/start`);
    const { searchParams } = new URL(location);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: CLIENT.id, scope: 'openid profile', code_challenge_method: 'S256' },
      redirect_uri: `${HUB}/v1/sign-in/callback`,
    });
    const cookie = browser.cookiesOf(HUB).get(SIGN_IN_COOKIE) ?? '?';
    const values = ['state', 'nonce', 'code_challenge'].map((name) => searchParams.get(name));
    expect(new Set([...values, cookie]).size).toBe(4);
    expect(location).not.toContain(cookie.split('.')[0]);
    expect(setCookies[0]).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/);
  });

  it('is offered by name, without a key', async () => {
    expect((await call(`${hub.url}/v1/sign-in`, 'GET', undefined, {})).body).toEqual({ provider: { name: 'Acme' } });
  });

  it.each([
    '//evil.example',
    'https://evil.example/console',
    '/\\evil.example',
    '/console/..//evil.example',
    '/v1/keys',
  ])('never opens %s afterwards', async (wanted) =>
    expect((await new Browser().signIn(wanted)).location).toBe(`${HUB}/console`),
  );

  it('never opens another site, also if the cookie was changed', async () => {
    const browser = new Browser();
    const callback = await browser.untilCallback();
    const own = browser.cookiesOf(HUB);
    const [token = ''] = (own.get(SIGN_IN_COOKIE) ?? '').split('.');
    own.set(SIGN_IN_COOKIE, `${token}.${Buffer.from('https://evil.example').toString('base64url')}`);
    expect((await browser.visit(callback)).location).toBe(`${HUB}/console`);
  });

  it('is refused to a person without a role, of whom nothing is stored', async () => {
    const before = await hub.admin('GET', '/v1/audit?action=session.create');
    for (const groups of [['staff'], { 'acme-support': true }, 'acme-support,staff', [['acme-support']], undefined]) {
      provider.setNext({ sub: 'stranger', name: 'Stranger', ...(groups === undefined ? {} : { groups }) });
      const browser = new Browser();
      expect((await browser.signIn()).location).toBe(failed('noRole'));
      expect(browser.cookiesOf(HUB).size).toBe(0);
    }
    expect((await hub.admin('GET', '/v1/audit?action=session.create')).body).toEqual(before.body);
    expect(hub.log.join('\n')).not.toContain('tranger');
  });

  it('ends clearly if the person or the provider refuses', async () => {
    provider.setNext({ error: 'access_denied' });
    expect((await new Browser().signIn()).location).toBe(failed('denied'));
  });

  it('cannot be started or ended by a page of another site', async () => {
    for (const path of ['start', 'end']) {
      for (const site of ['cross-site', 'same-site']) {
        const { status } = await new Browser().visit(`${HUB}/v1/sign-in/${path}`, { 'sec-fetch-site': site });
        expect([path, status]).toEqual([path, 403]);
      }
    }
  });
});

describe('the answer of the provider', () => {
  it('is accepted once', async () => {
    const browser = new Browser();
    const callback = await browser.untilCallback();
    const cookie = browser.cookiesOf(HUB).get(SIGN_IN_COOKIE) ?? '';
    expect((await browser.visit(callback)).location).toBe(`${HUB}/console/b/acme`);
    // The browser has no cookie of the sign-in any more.
    expect((await browser.visit(callback)).location).toBe(failed('expired'));
    // The provider accepts a code once, also with the cookie.
    browser.cookiesOf(HUB).set(SIGN_IN_COOKIE, cookie);
    expect((await browser.visit(callback)).location).toBe(failed('failed'));
  });

  it('is accepted only in the browser that started the sign-in', async () => {
    const callback = await new Browser().untilCallback();
    const victim = new Browser();
    expect((await victim.visit(callback)).location).toBe(failed('expired'));
    await victim.untilCallback();
    expect((await victim.visit(callback)).location).toBe(failed('expired'));
    expect(victim.cookiesOf(HUB).has(SESSION_COOKIE)).toBe(false);
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['another state', (query) => query.set('state', 'x'.repeat(43))],
    ['no state', (query) => query.delete('state')],
    ['an empty state', (query) => query.set('state', '')],
  ])('with %s is refused', async (_what, change) => {
    const browser = new Browser();
    const callback = new URL(await browser.untilCallback());
    change(callback.searchParams);
    expect((await browser.visit(callback.href)).location).toBe(failed('expired'));
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['another code', (query) => query.set('code', 'x')],
    ['no code', (query) => query.delete('code')],
    ['another issuer', (query) => query.set('iss', 'https://evil.example')],
    ['two codes', (query) => query.append('code', 'x')],
  ])('refuses the sign-in with %s', async (_what, change) => {
    const browser = new Browser();
    const callback = new URL(await browser.untilCallback());
    change(callback.searchParams);
    expect((await browser.visit(callback.href)).location).toBe(failed('failed'));
    expect(browser.cookiesOf(HUB).has(SESSION_COOKIE)).toBe(false);
  });

  const unsigned = (claims: JWTPayload): string =>
    [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';
  const seconds = (): number => Math.floor(Date.now() / 1_000);
  it.each<[string, (claims: JWTPayload) => Promise<string> | string]>([
    ['of another issuer', (claims) => provider.sign({ ...claims, iss: 'https://evil.example' })],
    ['for another audience', (claims) => provider.sign({ ...claims, aud: 'other' })],
    [
      'for several audiences, and issued to another',
      (claims) => provider.sign({ ...claims, aud: [CLIENT.id, 'other'], azp: 'other' }),
    ],
    ['without a signature', unsigned],
    [
      'with the signature of another token',
      async (claims) => {
        const [header, , signature] = (await provider.sign(claims)).split('.');
        const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
        return [header, payload, signature].join('.');
      },
    ],
    ['that has expired', (claims) => provider.sign({ ...claims, exp: seconds() - 90, iat: seconds() - 400 })],
    ['of another sign-in', (claims) => provider.sign({ ...claims, nonce: 'other' })],
    ['without a nonce', ({ nonce: _nonce, ...claims }) => provider.sign(claims)],
    ['without a subject', ({ sub: _sub, ...claims }) => provider.sign(claims)],
  ])('refuses the sign-in with an ID token %s', async (_what, replace) => {
    provider.replaceIdToken(async (claims) => replace(claims));
    const browser = new Browser();
    expect((await browser.signIn()).location).toBe(failed('failed'));
    expect(browser.cookiesOf(HUB).has(SESSION_COOKIE)).toBe(false);
  });

  it('with an ID token that ended less than a minute ago is accepted, because clocks differ', async () => {
    provider.replaceIdToken((claims) => provider.sign({ ...claims, exp: seconds() - 30, iat: seconds() - 300 }));
    expect((await new Browser().signIn()).location).toBe(`${HUB}/console/b/acme`);
  });
});

describe('a session of a person', () => {
  it('is protected like a session of a key', async () => {
    const browser = new Browser();
    await browser.signIn();
    const pause = (headers: Record<string, string>): Promise<Answer> =>
      call(`${hub.url}/v1/brands/acme/destinations/crm/pause`, 'POST', { reason: 'moving' }, headers);
    const { origin: _origin, ...withoutOrigin } = browser.headers;
    const { 'x-patchbay-console': _console, ...withoutHeader } = browser.headers;
    const foreign = { ...browser.headers, origin: 'https://evil.example' };
    for (const headers of [withoutOrigin, withoutHeader, foreign]) expect((await pause(headers)).status).toBe(403);
    expect((await pause(browser.headers)).status).toBe(200);
    expect((await call(`${hub.url}/v1/keys`, 'GET', undefined, browser.headers)).status).toBe(403);
    expect((await call(`${hub.url}/v1/session/links`, 'POST', undefined, browser.headers)).status).toBe(403);
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    const { body } = await hub.admin('GET', '/v1/audit?actor=Ada%20Lovelace%20(console)');
    expect(at(body, 'data.0')).toMatchObject({
      action: 'destination.pause',
      actor: { name: 'Ada Lovelace (console)', keyId: null, person: { subject: 'ada-1' } },
    });
  });

  it('ends at the hub, and then at the provider', async () => {
    const browser = new Browser();
    await browser.signIn();
    expect((await call(`${hub.url}/v1/session`, 'DELETE', undefined, browser.headers)).status).toBe(204);
    expect((await browser.me()).status).toBe(401);
    const { location } = await browser.visit(`${HUB}/v1/sign-in/end`);
    const page = new URL(location);
    expect([page.origin, page.pathname]).toEqual([provider.issuer, '/session/end']);
    const parameters = { post_logout_redirect_uri: `${HUB}/console/sign-in`, client_id: CLIENT.id };
    expect(Object.fromEntries(page.searchParams)).toEqual(parameters);
  });

  it('ends when the person is removed, and the person cannot sign in until restored', async () => {
    const person = { sub: 'mary-1', name: 'Mary Shelley', groups: ['acme-support'] };
    provider.setNext(person);
    const browser = new Browser();
    await browser.signIn();
    const id = String(at((await browser.me()).body, 'personId'));
    await hub.admin('DELETE', `/v1/people/${id}`);
    expect((await browser.me()).status).toBe(401);
    provider.setNext(person);
    expect((await new Browser().signIn()).location).toBe(failed('removed'));
    await hub.admin('POST', `/v1/people/${id}/restore`);
    provider.setNext(person);
    expect((await new Browser().signIn()).location).toBe(`${HUB}/console/b/acme`);
  });

  it('follows the rules of the running hub, and ends without signIn', async () => {
    const browser = new Browser();
    await browser.signIn();
    const start = (file: string): Promise<TestHub> =>
      startTestHub({ hubFile: file, environment: PROVIDER_ENVIRONMENT, databaseUrl: hub.databaseUrl });
    const changed = await start(hubFile('viewer'));
    expect((await browser.me(changed)).body).toMatchObject({ role: 'viewer' });
    await changed.close();
    const without = await start('{}');
    expect((await browser.me(without)).status).toBe(401);
    expect((await call(`${without.url}/v1/sign-in`, 'GET', undefined, {})).body).toEqual({ provider: null });
    expect((await browser.visit(`${HUB}/v1/sign-in/start`, {}, without)).status).toBe(404);
    await without.close();
    expect((await browser.me()).status).toBe(200);
  });

  it('survives a provider that is away, and keys still sign in', async () => {
    const browser = new Browser();
    await browser.signIn();
    const callback = await new Browser().untilCallback();
    provider.setAway(true);
    expect((await browser.me()).status).toBe(200);
    expect((await hub.admin('GET', '/v1/me')).status).toBe(200);
    const other = new Browser();
    expect((await other.visit(callback)).location).toBe(failed('expired'));
    // This process has not read the discovery document.
    const fresh = await startTestHub({
      ...{ hubFile: hubFile(), environment: PROVIDER_ENVIRONMENT, databaseUrl: hub.databaseUrl },
    });
    expect((await other.visit(`${HUB}/v1/sign-in/start`, {}, fresh)).location).toBe(failed('unavailable'));
    expect((await other.visit(`${HUB}/v1/sign-in/end`, {}, fresh)).location).toBe(`${HUB}/console/sign-in`);
    expect((await call(`${fresh.url}/v1/session`, 'POST', { key: ADMIN_KEY }, {})).status).toBe(201);
    await fresh.close();
  });
});

it('a hub that lacks the secret or the public URL does not start', async () => {
  const start = (environment: Record<string, string>): Promise<TestHub> =>
    startTestHub({ hubFile: hubFile(), environment, databaseUrl: hub.databaseUrl });
  await expect(start({})).rejects.toThrow(ConfigurationError);
  await expect(start({})).rejects.toThrow(/PATCHBAY_PUBLIC_URL: .+\nPATCHBAY_OIDC_CLIENT_SECRET: /);
  const worker = await start({ PATCHBAY_ROLE: 'worker' });
  await worker.close();
});

it('no secret of a sign-in is logged or stored in the audit log', async () => {
  const browser = new Browser();
  const callback = new URL(await browser.untilCallback());
  const cookie = browser.cookiesOf(HUB).get(SIGN_IN_COOKIE)?.split('.')[0] ?? '?';
  await browser.visit(callback.href);
  const code = callback.searchParams.get('code') ?? '?';
  const session = browser.cookiesOf(HUB).get(SESSION_COOKIE) ?? '?';
  const kept = [...hub.log, (await hub.admin('GET', '/v1/audit?limit=200')).text].join('\n');
  for (const secret of [cookie, code, session, CLIENT.secret]) expect(kept).not.toContain(secret);
  expect(hub.log.join('\n')).not.toContain('Lovelace');
});
