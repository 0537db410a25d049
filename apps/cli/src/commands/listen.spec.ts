import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';
import { main } from '../main.js';
import { runCli } from '../testing/run-cli.js';

/** Starts the command `listen` on a free port. Resolves when the command listens. */
async function start(args: readonly string[]) {
  const written = { out: '', err: '' };
  const ended = main(['listen', '--port', '0', ...args], {
    env: {},
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (written.out += text), isTTY: false },
    stderr: { write: (text: string) => (written.err += text), isTTY: false },
  });
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(written.out)?.[0], { what: 'the address' });
  return { url, ended, written };
}

const post = (url: string, body: string) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' } });

describe('patchbay listen', () => {
  it('prints each request with the headers of its signature, and ends after --count requests', async () => {
    const { url, ended, written } = await start(['--count', '2']);
    expect((await post(`${url}/hook`, '{"points":75}')).status).toBe(204);
    expect((await post(`${url}/other`, '{"points":\n1}')).status).toBe(204);
    expect(await ended).toBe(0);
    expect(written.out).toContain('POST /hook\ncontent-type: application/json\nwebhook-id: msg_1\n{"points":75}\n');
    expect(written.out).toContain('{"points": 1}');
  });

  it('responds with the status of --status', async () => {
    const { url, ended } = await start(['--count', '1', '--status', '503']);
    expect((await post(url, '{}')).status).toBe(503);
    expect(await ended).toBe(0);
  });

  it('rejects a body over 1 MiB and keeps listening', async () => {
    const { url, ended, written } = await start(['--count', '1']);
    const refused = await post(url, 'x'.repeat(1_048_577)).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(refused);
    expect((await post(url, '{}')).status).toBe(204);
    expect(await ended).toBe(0);
    expect(written.out).not.toContain('xxx');
  });

  it('removes control characters from printed requests', async () => {
    const { url, ended, written } = await start(['--count', '1']);
    await post(url, '\u001b[2Jclear');
    await ended;
    expect(written.out).not.toContain('\u001b');
  });

  it.each([
    [['--port', '70000'], 'Use a whole number from 0 to 65535.'],
    [['--status', '99'], 'Use a whole number from 200 to 599.'],
    [['--count', '0'], 'Use a whole number from 1 to 1000000.'],
  ])('rejects %s', async (args, message) => {
    const run = await runCli(['listen', ...args]);
    expect(run.code).toBe(2);
    expect(run.err).toContain(message);
  });

  it('fails if the port is in use', async () => {
    const { url, ended } = await start(['--count', '1']);
    const run = await runCli(['listen', '--port', new URL(url).port]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/^error: Port \d+ cannot be used: .*EADDRINUSE.*\nChoose another port with --port\.\n$/);
    await post(url, '{}');
    expect(await ended).toBe(0);
  });
});
