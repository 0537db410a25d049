import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadEnvironment } from '@patchbay/config';
import { migrate } from '@patchbay/database';
import { createLogger, startHub } from '@patchbay/hub';
import { createTestDatabase, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { freePort } from '@patchbay/embedded';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'apps/hub/src/main.ts');
const FROM_SOURCES = ['--no-warnings', '--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'];

describe('a hub that cannot start', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let other: Server;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-start-'));
    mkdirSync(join(folder, 'brands'));
    database = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    other.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  }, SERVICE_TIMEOUT_MS);

  const variables = (also: Record<string, string>): Record<string, string> => ({
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.url,
    PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    PATCHBAY_CONFIG: folder,
    ...also,
  });

  /** Starts the hub in a child process, as `npm start` does, and returns the error output of the hub. */
  async function startProcess(also: Record<string, string>): Promise<{ code: unknown; errorOutput: string }> {
    const child = spawn(process.execPath, [...FROM_SOURCES, MAIN], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...variables(also) },
    });
    let errorOutput = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errorOutput += text));
    await once(child, 'close');
    return { code: child.exitCode, errorOutput };
  }

  /** Starts the hub in this process, and returns the error with which the start ended. */
  async function refusal(databaseUrl: string): Promise<string> {
    const started = startHub({
      environment: loadEnvironment(variables({ DATABASE_URL: databaseUrl })),
      dataDirectory: join(folder, '.patchbay'),
      logger: createLogger('fatal'),
      env: {},
    });
    return started.then(
      async (hub) => {
        await hub.close();
        return 'it started';
      },
      (error: unknown) => String(error),
    );
  }

  async function workers(): Promise<number | null> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query('SELECT FROM workers')).rowCount;
    } finally {
      await client.end();
    }
  }

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it('names DATABASE_URL without its value if no database listens there', async () => {
    const port = String(await freePort());
    const message = await refusal(changed((url) => (url.port = port)));
    expect(message).toMatch(/^ConfigurationError: DATABASE_URL: no database listens .*\(ECONNREFUSED\)\. .+$/);
    expect(message).not.toMatch(new RegExp(`127\\.0\\.0\\.1|${port}`));
  });

  it(
    'names PORT if another program uses it',
    async () => {
      const address = other.address();
      const port = typeof address === 'object' && address !== null ? String(address.port) : '';
      const { code, errorOutput } = await startProcess({ PORT: port });
      expect(errorOutput).toMatch(/^ConfigurationError: PORT: another program .*\(EADDRINUSE\)\. .+\n$/);
      expect(code).toBe(1);
      // The hub has not started to deliver, so no delivery can be unconfirmed.
      expect(await workers()).toBe(0);
    },
    SERVICE_TIMEOUT_MS,
  );

  it.each([
    ['refuses the password', '28P01', (url: URL) => (url.password = 'invented')],
    ['has no such database', '3D000', (url: URL) => (url.pathname = '/invented')],
  ])('names DATABASE_URL if the server %s', async (_, code, change) => {
    const message = await refusal(changed(change));
    expect(message).toMatch(new RegExp(`^ConfigurationError: DATABASE_URL: .*\\(${code}\\)\\. .+$`));
    expect(message).not.toContain('invented');
  });
});
