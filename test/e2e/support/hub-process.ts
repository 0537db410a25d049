import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recordServer, until } from '@patchbay/testing/services';
import { ADMIN_KEY, at, type TestHub } from './test-hub.js';

const PROCESS = [
  ...['--no-warnings', '--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'],
  'apps/hub/src/main.ts',
];
/** Time limit in milliseconds for the start of a process from its sources on a busy machine. */
const STARTS_WITHIN_MS = 60_000;

/** Hub in a process of its own, on the database and the configuration of a {@link TestHub}. */
export interface HubProcess {
  readonly url: string;
  /** Kills the process by SIGKILL, if it still runs. Resolves when the process has ended. */
  kill(): Promise<void>;
}

/**
 * Starts a hub process, and resolves when it is ready. The caller must kill the process.
 * @param env values of the environment variables to which `${env:…}` refers
 */
export async function startHubProcess(
  { databaseUrl, configDirectory }: Pick<TestHub, 'databaseUrl' | 'configDirectory'>,
  env: Readonly<Record<string, string>>,
): Promise<HubProcess> {
  const child = spawn(process.execPath, PROCESS, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...env,
      ...{ HOST: '127.0.0.1', PORT: '0', DATABASE_URL: databaseUrl, PATCHBAY_ADMIN_KEY: ADMIN_KEY },
      PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      PATCHBAY_CONFIG: configDirectory,
      PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
    },
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  try {
    if (child.pid !== undefined) await recordServer(`hub-${child.pid}`, child.pid);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ready = await until(() => output.split('\n').find((line) => line.includes('"hub ready"')), {
      what: 'the process to be ready',
      timeoutMs: STARTS_WITHIN_MS,
    });
    return { url: String(at(JSON.parse(ready), 'url')), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}
