import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startSandboxHub, type SandboxHub } from '@patchbay/testing';
import { CliError } from '../cli-error.js';
import { freePort } from './demo-port.js';

const INBOX_PORT = 3001;

/** Starts the sandboxes of the built plugins, with the web inbox. */
export async function startVendors(root: string): Promise<SandboxHub> {
  const pluginsDir = join(root, 'plugins', 'dist');
  if (!existsSync(pluginsDir)) {
    throw new CliError('The plugins are not built.', 'Run `npm run build`, or start the demo with `npm run demo`.');
  }
  return startSandboxHub({ pluginsDir, port: await freePort(INBOX_PORT) });
}
