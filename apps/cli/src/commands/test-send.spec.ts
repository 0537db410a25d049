import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeHub, type FakeHub } from '../testing/fake-hub.js';
import { runCli, type CliRun } from '../testing/run-cli.js';

const ACCEPTED = { accepted: true, externalId: 'SM1', message: null, errorKind: null };

describe('the commands that try a subscription', () => {
  let folder: string;
  let hub: FakeHub | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-test-send-'));
    writeFileSync(join(folder, 'message.json'), '{"to":"+15005550010"}');
    writeFileSync(join(folder, 'event.json'), '{"eventName":"pointsIssued"}');
    writeFileSync(join(folder, 'draft.json'), '{"source":"capillary"}');
  });
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
    rmSync(folder, { recursive: true });
  });

  async function run(args: readonly string[], body: object): Promise<CliRun> {
    hub = await startFakeHub(() => ({ status: 200, body }));
    return runCli(args, { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: 'k' } });
  }
  const sent = (): unknown => JSON.parse(hub?.calls[0]?.body ?? 'null');

  it('sends a test message to the named recipient', async () => {
    const message = join(folder, 'message.json');
    const args = ['test-send', 'acme/sms', '--to', 'phone=+15005550010', '--to', 'locale=en', '--message', message];
    const { code, out } = await run(args, ACCEPTED);
    expect([code, out.split('\n')[0]]).toEqual([0, 'accepted  by acme/sms, id SM1']);
    expect(out).toContain('quota do not apply');
    expect(hub?.calls[0]?.path).toBe('/v1/brands/acme/destinations/sms/test-send');
    expect(sent()).toEqual({
      recipient: { phone: '+15005550010', locale: 'en' },
      message: { to: '+15005550010' },
    });
  });

  it('fails with the kind of the error, and refuses incomplete arguments', async () => {
    const refused = { accepted: false, errorKind: 'rejected', message: 'not a phone number', externalId: null };
    const args = ['test-send', 'acme/sms', '--to', 'phone=1', '--subscription', 'points-sms', '--event-id', 'id-1'];
    const failed = await run(args, refused);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('rejected): not a phone number');
    expect(sent()).toEqual({ recipient: { phone: '1' }, subscription: 'points-sms', eventId: 'id-1' });
    for (const wrong of [
      ['--to', 'phone=1'],
      ['--to', 'phone', '--subscription', 'x'],
    ]) {
      expect((await runCli(['test-send', 'acme/sms', ...wrong], {})).code).toBe(2);
    }
  });

  it('names the entry of a route whose message lacks data that a preview does not look up', async () => {
    const answer = {
      ...{ matched: true, reason: null, message: null, problems: [{ field: 'to', message: 'is missing' }] },
      route: { shown: 2, isDecided: false, entries: [{}, {}, {}] },
    };
    const failed = await run(['preview', 'acme/points-sms', join(folder, 'event.json')], answer);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('route: entry 2 of 3, undecided');
    expect(failed.err).toContain('A preview calls no resolver and no enrichment.');
  });

  it('previews a draft file, with its warnings, segments and timing', async () => {
    const answer = {
      ...{ matched: true, reason: null, problems: [], message: { body: 'Hi' } },
      warnings: [{ field: 'mapping.body', message: 'data.nope is missing' }],
      segments: { characters: 2, segments: 1, encoding: 'gsm7' },
      timing: { steps: [{ rule: 'quietHours', message: 'quiet hours until 09:00' }] },
    };
    const draft = join(folder, 'draft.json');
    const done = await run(['preview', 'acme/points-sms', join(folder, 'event.json'), '--draft', draft], answer);
    expect(done.code).toBe(0);
    expect(done.out).toContain('warning: mapping.body: data.nope is missing');
    expect(done.out).toContain('SMS: 2 characters, 1 segments (gsm7)');
    expect(done.out).toContain('timing: quiet hours until 09:00');
    expect(sent()).toEqual({
      event: { eventName: 'pointsIssued' },
      draft: { source: 'capillary', name: 'points-sms' },
    });
  });
});
