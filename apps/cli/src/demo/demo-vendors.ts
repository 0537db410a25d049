import { existsSync } from 'node:fs';
import { startSandboxHub, type SandboxHub } from '@patchbay/testing';
import { CliError } from '../cli-error.js';
import { freePort } from './demo-port.js';

const INBOX_PORT = 3001;

/**
 * Starts the sandboxes of a folder of plugins, with the web inbox.
 * @param port port on 127.0.0.1; default: 3001, or another free port if 3001 is in use
 * @throws CliError if the folder does not exist
 */
export async function startVendors(pluginsDir: string, port?: number): Promise<SandboxHub> {
  if (!existsSync(pluginsDir)) {
    throw new CliError('The plugins are not built.', 'Run `npm run build`, or start the demo with `npm run demo`.');
  }
  return startSandboxHub({ pluginsDir, port: port ?? (await freePort(INBOX_PORT)) });
}
