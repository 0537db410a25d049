import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeHub, type FakeAnswer, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const EVENT = '{"eventName":"pointsIssued"}';
const STORED = { status: 202, body: { events: [{ id: 'id-1', type: 'pointsIssued', status: 'accepted' }] } };
const BRAND = `brand: acme
sources:
  platform: { adapter: capillary, auth: { headers: { X-Token: ['\${env:NEW_TOKEN}', '\${env:OLD_TOKEN}'] } } }
  shop: { adapter: json, auth: { basic: [{ username: shop, password: '\${env:NEW_TOKEN}' }] } }
  other: { adapter: json, auth: { bearer: ['\${env:NEW_TOKEN}'] } }
  signed: { adapter: json, auth: { standardWebhooks: ['\${env:NEW_TOKEN}'] } }
  unset: { adapter: json, auth: { bearer: ['\${env:NOT_SET_ANYWHERE}'] } }
`;

describe('patchbay send', () => {
  let folder: string;
  let hub: FakeHub | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-send-'));
    mkdirSync(join(folder, 'brands'));
    writeFileSync(join(folder, 'brands', 'acme.yaml'), BRAND);
    writeFileSync(join(folder, 'event.json'), EVENT);
  });
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
    rmSync(folder, { recursive: true });
  });

  async function send(args: readonly string[], answer: FakeAnswer = STORED, input?: string): Promise<CliRun> {
    hub = await startFakeHub(() => answer);
    const env = { PATCHBAY_URL: hub.url, PATCHBAY_CONFIG: folder, NEW_TOKEN: 'new-token', OLD_TOKEN: 'old-token' };
    return runCli(['send', ...args], { env, ...(input === undefined ? {} : { input }) });
  }

  it('sends the file unchanged, with the given credentials', async () => {
    const run = await send([
      'acme/platform',
      join(folder, 'event.json'),
      '--header',
      'X-A: one',
      '--header',
      'x-b:two',
    ]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/id-1 +pointsIssued +accepted/);
    expect(hub?.calls).toEqual([
      expect.objectContaining({ method: 'POST', path: '/v1/ingest/acme/platform', body: EVENT }),
    ]);
    expect(hub?.calls[0]?.headers).toMatchObject({ 'x-a': 'one', 'x-b': 'two', 'content-type': 'application/json' });
  });

  it('reads standard input and sends it even if it is not JSON', async () => {
    expect(await send(['acme/platform', '-'], STORED, 'not json')).toMatchObject({ code: 0 });
    expect(hub?.calls[0]?.body).toBe('not json');
  });

  it.each([
    ['platform', { 'x-token': 'new-token' }],
    ['shop', { authorization: `Basic ${Buffer.from('shop:new-token').toString('base64')}` }],
    ['other', { authorization: 'Bearer new-token' }],
  ])('reads the credentials of %s from the brand file', async (source, headers) => {
    const run = await send([`acme/${source}`, join(folder, 'event.json')]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(hub?.calls[0]?.headers).toMatchObject(headers);
    expect(run.out).not.toContain('new-token');
  });

  it.each([
    ['acme/signed', 'requires signed requests'],
    ['acme/unset', 'NOT_SET_ANYWHERE is not set'],
    ['acme/nowhere', 'has no source "nowhere"'],
    ['other/platform', 'There is no brand file for "other"'],
  ])('prints why it has no credentials for %s', async (target, why) => {
    const run = await send([target, join(folder, 'event.json')]);
    expect(run.code).toBe(1);
    expect(run.err).toContain(why);
    expect(run.err).toContain('--header');
    expect(hub?.calls).toEqual([]);
  });

  it.each([
    [401, { status: 401, detail: 'no' }, 'rejected the credentials for acme/other'],
    [413, { status: 413, title: 'Content Too Large', detail: 'The body is over the limit.' }, 'over the limit'],
    [429, { status: 429, detail: 'Too much is waiting.' }, 'Try again in a moment'],
  ])('exits with 1 if the hub responds with %s', async (status, body, why) => {
    const run = await send(['acme/other', join(folder, 'event.json')], { status, body });
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(why);
    expect(run.err).not.toContain('new-token');
  });
});
