import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeAnswer, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

describe('patchbay people', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  async function run(args: readonly string[], ...answers: FakeAnswer[]): Promise<CliRun> {
    hub = await startFakeHub(() => answers.shift() ?? { status: 204, body: '' });
    return runCli(['people', ...args], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
  }
  const calls = () => hub?.calls.map(({ method, path }) => `${method} ${path}`);

  it('list: prints the name, the subject and the removal of each person of all pages', async () => {
    const ada = { id: 'p-1', name: 'Ada Lovelace', subject: 'sub-1', lastSeenAt: '2026-12-01', removedAt: null };
    const removed = { id: 'p-2', name: null, subject: 'sub-2', lastSeenAt: '2026-11-01', removedAt: '2026-11-02' };
    const pages = [
      { data: [ada], nextCursor: 'c1' },
      { data: [removed], nextCursor: null },
    ];
    const done = await run(['list'], ...pages.map((body) => ({ status: 200, body })));
    expect(calls()).toEqual(['GET /v1/people?limit=200', 'GET /v1/people?limit=200&cursor=c1']);
    expect(done.out).toMatch(/p-1 +Ada Lovelace +sub-1 +2026-12-01 +no/);
    expect(done.out).toMatch(/p-2 +sub-2 +2026-11-01 +2026-11-02/);
  });

  it('remove: keeps the name', async () => {
    expect(await run(['remove', 'p-1/../x'])).toMatchObject({ code: 0, err: '' });
    expect(calls()).toEqual(['DELETE /v1/people/p-1%2F..%2Fx']);
  });

  it('remove --erase: erases only after a confirmation', async () => {
    const refused = await run(['remove', 'p-1', '--erase']);
    expect([refused.code, calls()]).toEqual([1, []]);
    expect(refused.err).toContain('--yes');
    await hub?.stop();
    expect(await run(['remove', 'p-1', '--erase', '--yes'])).toMatchObject({ code: 0 });
    expect(calls()).toEqual(['DELETE /v1/people/p-1?erase=true']);
  });

  it('restore: sends the request', async () => {
    const restored = { id: 'p-1', name: null, removedAt: null };
    expect(await run(['restore', 'p-1'], { status: 200, body: restored })).toMatchObject({ code: 0 });
    expect(calls()).toEqual(['POST /v1/people/p-1/restore']);
  });
});
