import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { acmeBrand, acmeEnv } from './support/acme.js';
import {
  API_AUDIENCE,
  CLIENT,
  PROVIDER_ENVIRONMENT,
  startIdentityProvider,
  type TestProvider,
} from './support/identity-provider.js';
import { ADMIN_KEY, at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

let provider: TestProvider;
let hub: TestHub;
beforeAll(async () => {
  provider = await startIdentityProvider();
  const brands = { acme: acmeBrand(), globex: acmeBrand().replaceAll('acme', 'globex') };
  hub = await startTestHub({
    ...{ brands, env: acmeEnv('http://127.0.0.1:9/') },
    ...{ hubFile: hubFile(provider.issuer), environment: PROVIDER_ENVIRONMENT },
  });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await hub.close();
  await provider.close();
});
beforeEach(() => provider.setAway(false));

function hubFile(issuer: string): string {
  const roles = [
    { value: 'acme-support', role: 'operator', brands: ['acme', 'unknown'] },
    { value: 'patchbay-admins', role: 'admin', reveal: true },
  ];
  const signIn = {
    name: 'Acme',
    issuer,
    clientId: CLIENT.id,
    rolesClaim: ['groups'],
    roles,
    apiAudience: API_AUDIENCE,
  };
  return JSON.stringify({ signIn });
}

/** Claims of a valid access token. */
function claims(also: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now, exp: now + 300 };
  return { iss: provider.issuer, aud: API_AUDIENCE, sub: 'ada', groups: ['acme-support'], ...times, ...also };
}

const callWith = (token: string, method: string, path: string): Promise<Answer> =>
  call(`${hub.url}${path}`, method, undefined, { authorization: `Bearer ${token}` });
const me = (token: string): Promise<Answer> => callWith(token, 'GET', '/v1/me');

describe('an access token', () => {
  it('of the provider gives the rights of the first rule that applies', async () => {
    const machine = await me(await provider.machineToken());
    expect([machine.status, machine.body]).toMatchObject([200, { role: 'admin', brands: null, reveal: true }]);
    const ada = await me(
      await provider.sign(claims({ name: 'Ada Lovelace', groups: ['patchbay-admins', 'acme-support'] })),
    );
    const rights = { role: 'operator', brands: ['acme'], reveal: false, bootstrap: false, expiresAt: null };
    expect(ada.body).toMatchObject({ name: 'Ada Lovelace', ...rights, session: null });
  });

  it('reaches only the brands of its rule, and only the actions of its role', async () => {
    const token = await provider.sign(claims());
    const resume = (brand: string): Promise<Answer> =>
      callWith(token, 'POST', `/v1/brands/${brand}/destinations/crm/resume`);
    expect([(await resume('acme')).status, (await resume('globex')).status]).toEqual([200, 404]);
    expect((await callWith(token, 'GET', '/v1/keys')).status).toBe(403);
    expect((await callWith(token, 'POST', '/v1/session/links')).status).toBe(403);
  });

  it('whose person has no role is refused clearly, and does not throttle the address', async () => {
    for (let index = 0; index < 12; index++) {
      const answer = await me(await provider.sign(claims({ groups: ['other'], sub: `stranger-${index}` })));
      expect([answer.status, at(answer.body, 'detail')]).toEqual([403, expect.stringContaining('has no role')]);
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['another issuer', { iss: 'https://evil.example' }, 'the claim iss'],
    ['no issuer', { iss: undefined }, 'the claim iss'],
    ['another audience', { aud: 'https://other.example' }, 'the claim aud'],
    ['the audience of ID tokens', { aud: CLIENT.id }, 'the claim aud'],
    ['no audience', { aud: undefined }, 'the claim aud'],
    ['no subject', { sub: undefined }, 'the claim sub'],
    ['a subject that is not a text', { sub: 7 }, 'subject'],
    ['an end more than a minute ago', { exp: Math.floor(Date.now() / 1_000) - 90 }, 'expired'],
    ['no end', { exp: undefined }, 'the claim exp'],
    ['a start in the future', { nbf: Math.floor(Date.now() / 1_000) + 300 }, 'the claim nbf'],
  ])('with %s is refused', async (_what, wrong, reason) => {
    const answer = await me(await provider.sign(claims(wrong)));
    expect([answer.status, at(answer.body, 'detail')]).toEqual([401, expect.stringContaining(reason)]);
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('that ended less than a minute ago is accepted, because clocks differ', async () => {
    const exp = Math.floor(Date.now() / 1_000) - 30;
    expect((await me(await provider.sign(claims({ exp })))).status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['an object with the value as key', { 'patchbay-admins': true }],
    ['nested lists', [['patchbay-admins']]],
    ['a list with something else', ['patchbay-admins', { admin: true }]],
    ['values joined to one text', 'acme-support,patchbay-admins'],
    ['a value in other letters', 'PATCHBAY-ADMINS'],
    ['true', true],
  ])('with groups of another shape gives no role: %s', async (_shape, groups) => {
    expect((await me(await provider.sign(claims({ groups })))).status).toBe(403);
  });

  it('without a valid signature of the provider is refused', async () => {
    const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const admin = encoded(claims({ groups: ['patchbay-admins'] }));
    const [header = '', payload = '', signature = ''] = (await provider.sign(claims())).split('.');
    const forged = [
      `${encoded({ alg: 'none' })}.${admin}.`,
      `${encoded({ alg: 'None', kid: 'test-key' })}.${admin}.${signature}`,
      `${encoded({ alg: 'HS256', kid: 'test-key' })}.${admin}.${signature}`,
      `${header}.${admin}.${signature}`,
      `${header}.${payload}.`,
      `${encoded({ alg: 'RS256', kid: 'test-key', crit: ['x'], x: 1 })}.${admin}.${signature}`,
      `${encoded({ alg: 'RS256', kid: 'other-key' })}.${admin}.${signature}`,
    ];
    for (const token of forged) expect([token, (await me(token)).status]).toEqual([token, 401]);
    // An embedded key or the address of a key must not count.
    const own = { jku: 'http://127.0.0.1:9/keys', jwk: '{}' };
    expect((await me(await provider.sign(claims(), { ...own, kid: 'unknown' }))).status).toBe(401);
  });

  it('is checked with keys from memory', async () => {
    await me(await provider.sign(claims()));
    const before = provider.requests('/jwks');
    for (let index = 0; index < 5; index++) await me(await provider.sign(claims({ sub: `person-${index}` })));
    expect(provider.requests('/jwks')).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  it('is not accepted by a source, and is ignored by a hub without an audience', async () => {
    const token = await provider.sign(claims());
    expect((await hub.ingest('acme/capillary', {}, { authorization: `Bearer ${token}` })).status).toBe(401);
  });
});

describe('the audit log', () => {
  it('names the person, but contains only an id that can be made anonymous', async () => {
    const token = await provider.sign(claims({ sub: 'grace-1', name: 'Grace Hopper' }));
    await callWith(token, 'POST', '/v1/brands/acme/destinations/crm/pause');
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    const { body } = await hub.admin('GET', '/v1/audit?actor=Grace%20Hopper');
    const id = String(at(body, 'data.0.actor.person.id'));
    expect(body).toMatchObject({
      data: [
        {
          action: 'destination.pause',
          actor: { name: 'Grace Hopper', keyId: null, person: { id, name: 'Grace Hopper', subject: 'grace-1' } },
        },
      ],
    });
    const byId = await hub.admin('GET', `/v1/audit?actor=person:${id}`);
    expect(byId.body).toEqual(body);
  });

  it('is like the other records: an import shows the name of the person until it is erased', async () => {
    const token = await provider.sign(claims({ sub: 'grace-1', name: 'Grace Hopper', groups: ['patchbay-admins'] }));
    const path = `${hub.url}/v1/brands/acme/sources/capillary/imports`;
    const body = { fileName: 'a.ndjson', sizeBytes: 10 };
    const made = await call(path, 'POST', body, { authorization: `Bearer ${token}` });
    expect([made.status, at(made.body, 'requestedBy')]).toEqual([201, 'Grace Hopper']);
    const id = await personWith('grace-1');
    expect((await hub.admin('DELETE', `/v1/people/${id}?erase=true`)).status).toBe(204);
    const listed = await hub.admin('GET', '/v1/brands/acme/sources/capillary/imports');
    expect(at(listed.body, 'data.0.requestedBy')).toBe(`person:${id}`);
    const { body: log } = await hub.admin('GET', `/v1/audit?actor=person:${id}`);
    expect(at(log, 'data.0.actor')).toEqual({
      name: `person:${id}`,
      keyId: null,
      person: { id, name: null, subject: null },
    });
  });

  it('cannot be deceived by a key with the name of a person', async () => {
    const { status } = await hub.admin('POST', '/v1/keys', { name: 'person:x', role: 'viewer' });
    expect(status).toBe(400);
  });
});

/** Returns the id of the person with a subject. */
async function personWith(subject: string): Promise<string> {
  const { body } = await hub.admin('GET', '/v1/people');
  const people = at(body, 'data');
  const found: unknown = Array.isArray(people) ? people.find((one) => at(one, 'subject') === subject) : undefined;
  return String(at(found, 'id'));
}

describe('a removed person', () => {
  it('is refused at once, stays in the audit log, and can be restored', async () => {
    const token = await provider.sign(claims({ sub: 'mary-1', name: 'Mary Shelley' }));
    await callWith(token, 'POST', '/v1/brands/acme/destinations/crm/pause');
    await hub.admin('POST', '/v1/brands/acme/destinations/crm/resume');
    const id = await personWith('mary-1');
    expect((await hub.admin('DELETE', `/v1/people/${id}`)).status).toBe(204);
    const refused = await me(token);
    expect([refused.status, at(refused.body, 'detail')]).toEqual([403, expect.stringContaining('was removed')]);
    const removal = await hub.admin('GET', `/v1/audit?target=person:${id}`);
    expect(removal.body).toMatchObject({ data: [{ action: 'person.remove', actor: { name: 'PATCHBAY_ADMIN_KEY' } }] });
    const acted = await hub.admin('GET', '/v1/audit?actor=Mary%20Shelley');
    expect(at(acted.body, 'data.0.action')).toBe('destination.pause');
    expect((await hub.admin('POST', `/v1/people/${id}/restore`)).body).toMatchObject({ id, removedAt: null });
    expect((await me(token)).status).toBe(200);
  });

  it('is listed and removed only by admins of the whole hub', async () => {
    const token = await provider.sign(claims({ sub: 'mary-1' }));
    const key = await hub.admin('POST', '/v1/keys', { name: 'acme admin', role: 'admin', brands: ['acme'] });
    const ofBrand = String(at(key.body, 'key'));
    for (const caller of [token, ofBrand]) {
      expect((await callWith(caller, 'GET', '/v1/people')).status).toBe(403);
      expect((await callWith(caller, 'DELETE', `/v1/people/${await personWith('mary-1')}`)).status).toBe(403);
    }
    expect((await hub.admin('DELETE', '/v1/people/unknown')).status).toBe(404);
  });
});

describe('a hub whose provider is away', () => {
  it('answers 503 to access tokens, accepts keys, and recovers without a restart', async () => {
    provider.setAway(true);
    const own = await startTestHub({
      ...{ hubFile: hubFile(provider.issuer), environment: PROVIDER_ENVIRONMENT },
      databaseUrl: hub.databaseUrl,
    });
    const tokenHeader = { authorization: `Bearer ${await provider.sign(claims())}` };
    const withToken = (): Promise<Answer> => call(`${own.url}/v1/me`, 'GET', undefined, tokenHeader);
    const away = await withToken();
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '10']);
    expect((await own.admin('GET', '/v1/me')).status).toBe(200);
    provider.setAway(false);
    await until(async () => (await withToken()).status === 200, { what: 'the hub to read the provider again' });
    await own.close();
  });
});

it('no token and no name of a person is logged', async () => {
  const token = await provider.sign(claims({ name: 'Ada Lovelace' }));
  await me(token);
  await me(`${token}x`);
  const log = hub.log.join('\n');
  for (const secret of [token, token.split('.')[2] ?? '?', 'Ada Lovelace', ADMIN_KEY])
    expect(log).not.toContain(secret);
});
