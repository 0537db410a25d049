import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub, type HubCall } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const IMPORT = { id: 'i-1', state: 'uploading', sizeBytes: 11, receivedBytes: 0, importedBytes: 0, endedAt: null };
const ENDED = {
  ...IMPORT,
  importedBytes: 11,
  accepted: 1,
  duplicate: 0,
  quarantined: 1,
  endedAt: '2026-02-01T00:00:00Z',
};

describe('patchbay import', () => {
  let folder: string;
  let hub: FakeHub | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-import-'));
    writeFileSync(join(folder, 'orders.csv'), 'id\n1\n2\nlast');
  });
  afterEach(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Runs an import. @param begun imports of the same file that the hub lists */
  async function run(
    begun: readonly object[],
    ended: object,
    args: readonly string[] = [],
  ): Promise<CliRun & { readonly calls: readonly HubCall[] }> {
    hub = await startFakeHub(({ method, path }) => {
      if (method === 'POST') return { status: 201, body: IMPORT };
      if (method === 'PATCH') return { status: 200, body: { ...IMPORT, receivedBytes: 11, state: 'running' } };
      return { status: 200, body: path.includes('?sha256=') ? { data: begun, nextCursor: null } : ended };
    });
    const file = join(folder, 'orders.csv');
    const made = await runCli(['import', 'acme', 'orders', file, ...args], {
      env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY },
    });
    return { ...made, calls: hub.calls };
  }

  it('uploads the file, follows the import and prints the rows without an event', async () => {
    const problems = [{ line: 2, reason: 'The row has 1 fields.' }];
    const made = await run([], { ...ENDED, state: 'done', problems }, [
      '--format',
      'csv',
      '--rate',
      '50',
      '--recovered',
    ]);
    expect([made.code, made.err]).toEqual([0, '']);
    const [, created, chunk] = made.calls;
    expect(JSON.parse(created?.body ?? '')).toEqual({
      ...{ fileName: 'orders.csv', sizeBytes: 11, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ format: 'csv', perSecond: 50, recovered: true },
    });
    expect([chunk?.method, chunk?.headers['upload-offset'], chunk?.body]).toEqual(['PATCH', '0', 'id\n1\n2\nlast']);
    expect(made.out).toContain('done: 100 %, 1 accepted, 0 duplicate, 1 quarantined');
    expect(made.out).toContain('line 2: The row has 1 fields.');
  });

  it('continues an upload of the same file', async () => {
    const made = await run([{ ...IMPORT, receivedBytes: 5 }], { ...ENDED, state: 'done' });
    expect(made.calls.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'GET']);
    expect([made.calls[1]?.headers['upload-offset'], made.calls[1]?.body]).toEqual(['5', '2\nlast']);
    expect(made.out).toContain('Continuing import i-1.');
  });

  it('starts again if the earlier import of the same file has ended', async () => {
    const made = await run([{ ...ENDED, state: 'done' }], { ...ENDED, state: 'done' });
    expect(made.calls.map(({ method }) => method)).toEqual(['GET', 'POST', 'PATCH', 'GET']);
  });

  it('fails with the reason of the import', async () => {
    const made = await run([], { ...ENDED, state: 'failed', reason: 'A quoted field has no end.' });
    expect(made.code).toBe(1);
    expect(made.err).toContain('A quoted field has no end.');
  });

  it('fails if the file cannot be read', async () => {
    rmSync(join(folder, 'orders.csv'));
    expect((await run([], ENDED)).err).toContain('could not be read');
  });
});
