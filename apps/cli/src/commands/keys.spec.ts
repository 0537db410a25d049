import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeAnswer, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

describe('patchbay keys', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  async function run(args: readonly string[], answer: FakeAnswer): Promise<CliRun> {
    await hub?.stop();
    hub = await startFakeHub(() => answer);
    return runCli(['keys', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }

  const made = { status: 201, body: { id: 'k-1', name: 'ci', key: 'pbk_invented' } };

  it('create: sends all options, and writes only the key to standard output', async () => {
    const done = await run(
      ['create', 'ci', '--role', 'viewer', '--brand', 'acme', 'globex', '--reveal', '--expires', '2027-01-31'],
      made,
    );
    expect(done).toMatchObject({ code: 0, out: 'pbk_invented\n' });
    expect(done.err).toContain('cannot be shown again');
    const call = hub?.calls[0];
    expect([call?.method, call?.path]).toEqual(['POST', '/v1/keys']);
    expect(JSON.parse(call?.body ?? '')).toEqual({
      name: 'ci',
      role: 'viewer',
      brands: ['acme', 'globex'],
      reveal: true,
      expiresAt: '2027-01-31',
    });
  });

  it('create: omits options that are not given, and prints one JSON document with --json', async () => {
    const done = await run(['create', 'ci', '--role', 'ingest', '--json'], made);
    expect(JSON.parse(done.out)).toEqual(made.body);
    expect(done.err).toBe('');
    expect(JSON.parse(hub?.calls[0]?.body ?? '')).toEqual({ name: 'ci', role: 'ingest' });
  });

  it.each([
    ['no role', ['create', 'ci']],
    ['an unknown role', ['create', 'ci', '--role', 'owner']],
    ['an invalid brand name', ['create', 'ci', '--role', 'viewer', '--brand', 'Acme Inc']],
  ])('create: sends no request with %s', async (_case, args) => {
    expect((await run(args, made)).code).toBe(2);
    expect(hub?.calls).toEqual([]);
  });

  it('create: prints the fields that the hub rejects', async () => {
    const errors = [{ field: 'brands', detail: 'there is no brand "acme"' }];
    const refused = { status: 400, body: { status: 400, detail: 'Some fields of the body do not fit.', errors } };
    const done = await run(['create', 'ci', '--role', 'viewer', '--brand', 'acme'], refused);
    expect(done.code).toBe(1);
    expect(done.err).toContain('brands: there is no brand "acme"');
  });

  it('create: prints the reason of a 403', async () => {
    const refused = { status: 403, body: { status: 403, detail: 'This needs a key of the role admin.' } };
    const done = await run(['create', 'ci', '--role', 'viewer'], refused);
    expect(done.err).toContain('This needs a key of the role admin.');
  });

  it('list: prints role, brands, creator and last use of each key', async () => {
    const all = { id: 'k-1', hint: 'pbk_AbCd', name: 'console', role: 'admin', brands: null, reveal: true };
    const some = { id: 'k-2', hint: 'pbk_EfGh', name: 'ci', role: 'viewer', brands: ['acme', 'globex'] };
    const used = { createdBy: 'Ada Lovelace', lastUsedAt: '2026-11-25' };
    const done = await run(['list'], { status: 200, body: { data: [all, { ...some, ...used }] } });
    expect(done.out).toMatch(/k-1 +pbk_AbCd +console +admin \+ reveal +all +never +never/);
    expect(done.out).toMatch(/k-2 +pbk_EfGh +ci +viewer +acme, globex +Ada Lovelace +2026-11-25 +never/);
  });

  it('revoke: deletes the key by its id', async () => {
    const done = await run(['revoke', 'k-1/../x'], { status: 204, body: '' });
    expect(done).toMatchObject({ code: 0, err: '' });
    expect([hub?.calls[0]?.method, hub?.calls[0]?.path]).toEqual(['DELETE', '/v1/keys/k-1%2F..%2Fx']);
  });

  it('revoke: prints the 404 of an unknown key', async () => {
    const done = await run(['revoke', 'k-1'], { status: 404, body: { status: 404, detail: 'There is no key "k-1".' } });
    expect(done).toMatchObject({ code: 1, err: expect.stringContaining('There is no key "k-1".') });
  });

  it.each([
    [{ masterKeyId: 'ab12', dataKeys: 3 }, '3 data keys are now wrapped with the master key ab12'],
    [{ masterKeyId: 'ab12', dataKeys: 0 }, 'Nothing to do'],
  ])('rotate-master: prints the result: %j', async (body, text) => {
    const done = await run(['rotate-master'], { status: 200, body });
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining(text) });
    expect(hub?.calls[0]?.path).toBe('/v1/keys/rotate-master');
  });

  it('rotate-master: prints the error of the hub, and all steps in its help', async () => {
    const refused = { status: 409, body: { status: 409, detail: 'There is no new master key to rotate to.' } };
    expect((await run(['rotate-master'], refused)).err).toContain('There is no new master key to rotate to.');
    expect((await run(['rotate-master', '--help'], refused)).out).toContain('PATCHBAY_MASTER_KEY_PREVIOUS=');
  });
});
