import { afterEach, describe, expect, it } from '@jest/globals';
import { KEY, startFakeHub, type FakeHub } from './testing/fake-hub.js';
import { runCli } from './testing/run-cli.js';

const COMMANDS = ['demo', 'apply', 'send', 'preview', 'verify', 'deliveries', 'doctor'];

describe('patchbay', () => {
  let hub: FakeHub | undefined;
  afterEach(async () => {
    await hub?.stop();
    hub = undefined;
  });

  it('prints its help and exits with 0', async () => {
    const run = await runCli(['--help']);
    expect(run.code).toBe(0);
    for (const command of COMMANDS) expect(run.out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(run.out).toContain('PATCHBAY_ADMIN_KEY');
  });

  it.each(COMMANDS)('%s has --help and --json', async (command) => {
    const run = await runCli([command, '--help']);
    expect(run.code).toBe(0);
    expect(run.out).toContain(`patchbay ${command}`);
    expect(run.out).toContain('--json');
  });

  it.each([
    [['nonsense']],
    [['verify']],
    [['verify', 'acme']],
    [['verify', 'acme/sms/more']],
    [['verify', '../keys']],
    [['deliveries', 'Acme']],
    [['deliveries', 'acme', '--limit', '0']],
    [['send', 'acme/capillary', 'no-such-file.json']],
    [['send', 'acme/capillary', '-', '--header', 'without a colon']],
    [['apply', 'no-such-folder']],
    [['apply', '--no-such-option']],
  ])('exits with 2 if the arguments are invalid: %j', async (args) => {
    const run = await runCli(args, { env: { PATCHBAY_URL: 'http://127.0.0.1:9', PATCHBAY_ADMIN_KEY: KEY } });
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(/^error: /);
  });

  it('prints the URL of a hub that does not answer and a hint, without a stack trace', async () => {
    const run = await runCli(['verify', 'acme/sms'], {
      env: { PATCHBAY_URL: 'http://127.0.0.1:9', PATCHBAY_ADMIN_KEY: KEY },
    });
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain('No hub answers at http://127.0.0.1:9');
    expect(run.err).toContain('npm start');
    expect(run.err).not.toMatch(/\n\s+at /);
    expect(run.err).not.toContain(KEY);
  });

  it('prints a hint if no key is set or the hub rejects the key', async () => {
    hub = await startFakeHub(() => ({ status: 401, body: { status: 401, detail: 'Send the admin key.' } }));
    const none = await runCli(['verify', 'acme/sms'], { env: { PATCHBAY_URL: hub.url } });
    expect(none.code).toBe(1);
    expect(none.err).toContain('Set PATCHBAY_ADMIN_KEY');
    const wrong = await runCli(['verify', 'acme/sms'], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('rejected the admin key');
    expect(wrong.err).not.toContain(KEY);
  });

  it.each([
    ['a user name and a password', 'http://me:hunter2@hub.example.com'],
    ['a password without a user name', 'http://:hunter2@hub.example.com'],
    ['a query', 'http://hub.example.com/?hunter2'],
    ['a fragment', 'http://hub.example.com/#hunter2'],
  ])('rejects a URL with %s without printing it', async (_, url) => {
    const run = await runCli(['verify', 'acme/sms'], { env: { PATCHBAY_URL: url, PATCHBAY_ADMIN_KEY: KEY } });
    expect(run.code).toBe(1);
    expect(run.err).toContain('PATCHBAY_URL');
    expect(run.err).not.toContain('hunter2');
  });

  it('prints a hint if the response is not from a hub', async () => {
    hub = await startFakeHub(() => ({ status: 200, body: '<html></html>' }));
    const run = await runCli(['verify', 'acme/sms'], { env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: KEY } });
    expect(run.code).toBe(1);
    expect(run.err).toContain('Check that PATCHBAY_URL is the URL of a Patchbay hub, and check any proxy between.');
  });

  it('prints failures as JSON with --json', async () => {
    const run = await runCli(['verify', 'acme/sms', '--json'], {
      env: { PATCHBAY_URL: 'http://127.0.0.1:9', PATCHBAY_ADMIN_KEY: KEY },
    });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.err)).toMatchObject({ error: { hint: expect.stringContaining('npm start') } });
  });
});
