import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { mustRun } from './run.js';

const TYPE = 'acme-dev-crm';
const CLI = join(ROOT, 'apps', 'cli', 'bin', 'patchbay.js');
const TIMEOUT_MS = 120_000;

describe('patchbay plugin dev', () => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-dev-'));
  const folder = join(root, TYPE);
  let command: ChildProcess;
  let output = '';
  let page = '';

  beforeAll(async () => {
    await mustRun(process.execPath, [CLI, 'plugin', 'new', TYPE, '--category', 'commerce', '--into', root], ROOT);
    const env = { ...process.env, NO_COLOR: '1' };
    command = spawn(process.execPath, [CLI, 'plugin', 'dev', folder, '--port', '0'], { cwd: ROOT, env });
    for (const stream of [command.stdout, command.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    await shown('Ctrl-C ends the command.');
    page = /try it {3}(\S+)/.exec(output)?.[1] ?? '';
  }, TIMEOUT_MS);
  afterAll(() => {
    command.kill('SIGKILL');
    rmSync(root, { recursive: true });
  });

  /** Waits for a text in the output since the last call of `next`. */
  async function shown(text: string): Promise<void> {
    await until(() => output.includes(text) || command.exitCode !== null, { what: text, timeoutMs: TIMEOUT_MS });
    expect(output).toContain(text);
  }

  /** Does something, and waits for a text in the output that follows. */
  async function next(action: () => void, text: string): Promise<void> {
    output = '';
    action();
    await shown(text);
  }

  const type = (line: string) => () => void command.stdin?.write(`${line}\n`);
  const change = (file: string, before: string, after: string) => () => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(before);
    writeFileSync(path, text.replace(before, after));
  };

  it('sends a sample event on Enter, and shows message, request, answer and outcome', async () => {
    await next(type(''), 'outcome');
    await shown('message-1');
    expect(output).toMatch(/^event {4}pointsIssued$/m);
    expect(output).toMatch(/^message {2}\{\n {11}"customer": "387979652",$/m);
    expect(output).toMatch(new RegExp(`^request {2}POST /${TYPE}/v1/messages$`, 'm'));
    expect(output).toContain('authorization: Bearer sandbox-api-key-0001');
    expect(output).toMatch(/^answer {3}202$/m);
    expect(output).toMatch(/^outcome {2}succeeded, accepted in \d+ ms, message-1$/m);
  });

  it('sends a sample of the event type that is typed', async () => {
    await next(type('tierUpgraded'), 'outcome');
    expect(output).toContain('"lastEvent": "tierUpgraded"');
    await next(type('noSuchEvent'), 'There is no sample of noSuchEvent.');
  });

  it('sends a sample event from the page, and shows the outcome there', async () => {
    await next(type(''), 'outcome');
    output = '';
    const sent = await fetch(`${page}/send?type=tierUpgraded`, { method: 'POST', headers: { origin: page } });
    expect(sent.status).toBe(202);
    await shown('outcome');
    const state: unknown = await (await fetch(`${page}/state`)).json();
    expect(JSON.stringify(state)).toMatch(/event {4}tierUpgraded\\n.*outcome {2}succeeded/);
  });

  it('loads the plugin again after a change of its code and of a preset', async () => {
    const reference = 'reference: context.delivery.id';
    await next(change('index.ts', reference, `reference: 'changed-' + context.delivery.id`), 'reloaded in');
    await next(type(''), 'outcome');
    expect(output).toContain('"reference": "changed-');
    await next(change('mappings/pointsIssued.json', '"points"', '"score"'), 'reloaded in');
    await next(type(''), 'outcome');
    expect(output).toContain('"score": 120');
  });

  it('loads the sandbox again after a change, and shows a refused message', async () => {
    await next(change('sandbox.ts', 'status: 202', 'status: 429'), 'reloaded in');
    await next(type(''), 'outcome');
    expect(output).toMatch(/^answer {3}429/m);
    expect(output).toMatch(/^outcome {2}scheduled, throttled in \d+ ms/m);
    await next(change('sandbox.ts', 'status: 429', 'status: 202'), 'reloaded in');
  });

  it('uses new credentials and settings of the sandbox', async () => {
    await next(change('sandbox.ts', 'sandbox-api-key-0001', 'sandbox-api-key-0002'), 'reloaded in');
    await next(type(''), 'outcome');
    expect(output).toContain('authorization: Bearer sandbox-api-key-0002');
    expect(output).toContain('outcome  succeeded');
  });

  it('shows the problems of an invalid plugin, and keeps the former plugin', async () => {
    await next(change('index.ts', 'contract: 2', 'contract: 7'), 'error: The plugin is invalid:');
    await shown('contract');
    await next(change('index.ts', 'export default', 'export default default'), 'index.ts:5:');
    await next(type(''), 'outcome  succeeded');
    await next(change('index.ts', 'export default default', 'export default'), 'error: The plugin is invalid:');
    await next(change('index.ts', 'contract: 7', 'contract: 2'), 'reloaded in');
  });

  it('ends on Ctrl-C, and leaves nothing behind', async () => {
    const ended = once(command, 'exit');
    command.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    const homes = join(ROOT, '.patchbay', 'plugin-dev');
    expect(existsSync(homes) ? readdirSync(homes).filter((name) => name.startsWith(`${TYPE}-`)) : []).toEqual([]);
  });
});
