import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const PATH = '/v1/brands/acme/suppressions';

describe('patchbay suppressions', () => {
  let hub: FakeHub | undefined;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-suppressions-'));
  });
  afterEach(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(args: readonly string[], body: unknown, status = 200): Promise<CliRun> {
    hub = await startFakeHub(() => ({ status, body }));
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY };
    return runCli(['suppressions', ...args], { env });
  }
  function csv(text: string): string {
    const file = join(folder, 'list.csv');
    writeFileSync(file, text);
    return file;
  }

  it('list: shows the reason and the scope', async () => {
    const row = {
      ...{ id: 'id-1', kind: 'phone', reason: 'opt_out', channel: 'sms', purpose: null, sender: null },
      ...{ reportedBy: 'sms-in', createdAt: '2026-11-30T08:30:00.000Z', detail: '21610' },
    };
    const shown = await run(['list', 'acme', '--kind', 'phone', '--address', '+91 90000'], { data: [row] });
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/id-1 +phone +opt_out +sms +sms-in +2026-11-30T08:30:00.000Z +21610/);
    expect(hub?.calls[0]?.path).toBe(`${PATH}?kind=phone&address=%2B91%2090000`);
  });

  it('add: sends one address with its scope', async () => {
    const added = await run(['add', 'acme', 'phone', '+15005550006', '--channel', 'sms', '--note', 'Asked'], {
      added: 1,
    });
    expect(added).toMatchObject({ code: 0, err: '', out: 'The address is on the list now.\n' });
    expect(JSON.parse(hub?.calls[0]?.body ?? '')).toEqual({
      suppressions: [{ kind: 'phone', address: '+15005550006', channel: 'sms', note: 'Asked' }],
    });
  });

  it('remove: deletes a suppression', async () => {
    expect(await run(['remove', 'acme', 'id-1'], undefined, 204)).toMatchObject({ code: 0, err: '' });
    expect(hub?.calls[0]).toMatchObject({ method: 'DELETE', path: `${PATH}/id-1` });
  });

  it('import: sends the rows in calls of 1,000, without empty columns', async () => {
    const rows = Array.from({ length: 1_001 }, (_, n) => `phone,+1500555${1_000 + n},,`);
    const file = csv(`\ufeffkind,address,reason,note\r\n${rows.join('\r\n')}\r\n`);
    const done = await run(['import', 'acme', file], { added: 10, known: 1 });
    expect(done).toMatchObject({ code: 0, err: '', out: '20 addresses were added, 2 were already on the list.\n' });
    const bodies = (hub?.calls ?? []).map(({ body }) => JSON.parse(body) as { suppressions: unknown[] });
    expect(bodies.map(({ suppressions }) => suppressions.length)).toEqual([1_000, 1]);
    expect(bodies[0]?.suppressions[0]).toEqual({ kind: 'phone', address: '+15005551000' });
  });

  it('import: names the file and the row that the hub refuses', async () => {
    const errors = [{ field: 'suppressions[1].address', detail: 'must be an e-mail address' }];
    const file = csv('kind,address\nemail,a@example.com\nemail,nobody\n');
    const refused = await run(['import', 'acme', file], { detail: 'A field is invalid.', errors }, 400);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`${file} row 2, address: must be an e-mail address`);
  });

  it.each([
    ['kind,phone\n', 'The header line has the unknown column phone.'],
    ['kind\n', 'The header line has no column address.'],
    ['kind,address\nphone\n', 'is not valid CSV'],
  ])('import: refuses %j and sends nothing', async (text, problem) => {
    const refused = await run(['import', 'acme', csv(text)], {});
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(problem);
    expect(hub?.calls).toEqual([]);
  });

  it('import: names a file that does not exist', async () => {
    const refused = await run(['import', 'acme', join(folder, 'none.csv')], {});
    expect(refused.err).toContain('could not be read');
  });
});
