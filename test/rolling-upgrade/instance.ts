import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { recordServer, until } from '@patchbay/testing/services';
import type { Build } from './builds.js';

const READY_WITHIN_MS = 120_000;
const KEPT_LINES = 200;
const ADMIN_KEY = 'invented-admin-key-0123456789';

/**
 * Returns the environment variables that all processes of a hub have in common.
 * @param folder folder that contains the folder `config`
 */
export function instanceEnvironment(databaseUrl: string, folder: string): Readonly<Record<string, string>> {
  return {
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    PATCHBAY_ADMIN_KEY: ADMIN_KEY,
    PATCHBAY_CONFIG: join(folder, 'config'),
    PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
    LOG_LEVEL: 'warn',
  };
}

/** Options of a process of the hub. */
export interface InstanceOptions {
  /** Name in the ledger, such as `old-1`. */
  readonly name: string;
  readonly build: Build;
  readonly role: 'all' | 'worker';
  readonly port: number;
  /** Working directory and environment variables of the process. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Work that a process did, from its metrics. */
export interface Work {
  readonly events: number;
  readonly attempts: number;
}

/** Running process of the hub, started like `npm start`. */
export class Instance {
  private readonly lines: string[] = [];
  private readonly ended: Promise<number | null>;

  private constructor(
    readonly options: InstanceOptions,
    private readonly child: ChildProcess,
  ) {
    this.ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.lines.push(...text.trimEnd().split('\n'));
        this.lines.splice(0, Math.max(0, this.lines.length - KEPT_LINES));
      });
  }

  /** Starts a process, and resolves when it is ready. */
  static async start(options: InstanceOptions): Promise<Instance> {
    const { build, folder, environment, role, port } = options;
    const child = spawn(
      process.execPath,
      ['--max-old-space-size=1024', join(build.folder, 'apps', 'hub', 'dist', 'main.js')],
      {
        cwd: folder,
        env: { ...process.env, ...environment, NODE_ENV: 'production', PATCHBAY_ROLE: role, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    if (child.pid !== undefined) await recordServer(`hub-${child.pid}`, child.pid);
    const instance = new Instance(options, child);
    await Promise.race([
      until(() => instance.isReady(), { what: `${options.name} to be ready`, timeoutMs: READY_WITHIN_MS }),
      instance.ended.then((code) => {
        throw new Error(`${options.name} ended at its start with the exit code ${code}:\n${instance.log}`);
      }),
    ]);
    return instance;
  }

  /** Reads the work of the process so far. */
  async work(): Promise<Work> {
    const text = await (await this.call('GET', '/metrics')).text();
    const sum = (metric: string): number =>
      [...text.matchAll(new RegExp(`^${metric}(?:\\{.*\\})? (\\d+)$`, 'gm'))].reduce(
        (total, [, n]) => total + Number(n),
        0,
      );
    return { events: sum('patchbay_ingest_events_total'), attempts: sum('patchbay_attempts_total') };
  }

  /** Calls the admin API. */
  call(method: string, path: string): Promise<Response> {
    const { port } = this.options;
    return fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  }

  /** Stops the process by SIGTERM. Returns its exit code. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** Last lines of standard output and standard error. */
  get log(): string {
    return this.lines.join('\n');
  }

  private async isReady(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.options.port}/health/ready`)).status === 200;
  }
}
