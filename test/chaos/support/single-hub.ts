import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import { HubProcess } from './hub-process.js';

const ADMIN_KEY = 'invented-admin-key-0123456789';

export interface SingleHubOptions {
  readonly fromSources: boolean;
  readonly databaseUrl: string;
  /** URL of Redis. If undefined, the queue runs on PostgreSQL. */
  readonly redisUrl?: string;
  readonly brand: string;
  readonly brandFile: string;
  /** Environment variables to which `${env:…}` in the brand file refers. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Hub that runs all roles in one process, for measurements. */
export class SingleHub {
  private constructor(
    readonly url: string,
    private readonly brand: string,
    private readonly child: HubProcess,
    private readonly folder: string,
  ) {}

  static async start(options: SingleHubOptions): Promise<SingleHub> {
    const folder = await mkdtemp(join(tmpdir(), 'patchbay-lone-hub-'));
    await mkdir(join(folder, 'brands'));
    await writeFile(join(folder, 'brands', `${options.brand}.yaml`), options.brandFile);
    const port = await freePort();
    const child = new HubProcess(options.fromSources);
    await child.become({
      dataDirectory: folder,
      environment: {
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: options.databaseUrl,
        ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
        PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        PATCHBAY_ADMIN_KEY: ADMIN_KEY,
        PATCHBAY_CONFIG: folder,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        LOG_LEVEL: 'error',
        ...options.environment,
      },
    });
    return new SingleHub(`http://127.0.0.1:${port}`, options.brand, child, folder);
  }

  /** Pauses or resumes a destination. */
  async turn(destination: string, action: 'pause' | 'resume'): Promise<void> {
    const path = `/v1/brands/${this.brand}/destinations/${destination}/${action}`;
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: action === 'pause' ? JSON.stringify({ reason: 'a measurement' }) : null,
    });
    if (!response.ok)
      throw new Error(`The hub answered a call of ${path} with ${response.status}: ${await response.text()}`);
  }

  /** Returns the resident memory of the process, in MiB. Undefined if the system has no `/proc`. */
  async memoryMiB(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  }

  /** Last lines of standard output and standard error. */
  get log(): string {
    return [...this.child.log, ...this.child.errorLines].slice(-50).join('\n');
  }

  async close(): Promise<void> {
    await this.child.kill();
    await rm(this.folder, { recursive: true });
  }
}
