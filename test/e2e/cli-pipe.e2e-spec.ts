import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const COMMAND = fileURLToPath(new URL('../../apps/cli/bin/patchbay.js', import.meta.url));

it('a reader that has read enough is no failure of the command', async () => {
  const child = spawn(process.execPath, [COMMAND, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let cries = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (cries += text));
  child.stdout.destroy();
  await once(child, 'close');
  expect({ code: child.exitCode, cries }).toEqual({ code: 0, cries: '' });
});
