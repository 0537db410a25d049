import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@patchbay/config';
import { migrate } from '@patchbay/database';
import { createLogger, startHub, type Hub } from '@patchbay/hub';
import { createTestDatabase } from '@patchbay/testing/services';

export const ADMIN_KEY = 'test-admin-key-0123456789';

export interface TestHubOptions {
  /** Brand files: name without ending → YAML. */
  readonly brands?: Readonly<Record<string, string>>;
  /** The hub's own file, `patchbay.yaml`. */
  readonly hubFile?: string;
  /** Besides the hub's own variables: what `${env:…}` finds. */
  readonly env?: Readonly<Record<string, string>>;
  /** More variables of the hub's own: `PATCHBAY_ROLE`, … */
  readonly environment?: Readonly<Record<string, string>>;
  /** The bootstrap key; {@link ADMIN_KEY} unless told. */
  readonly adminKey?: string;
  /** Left out: the queue runs on PostgreSQL. */
  readonly redisUrl?: string;
  /** A second hub on the database of another. */
  readonly databaseUrl?: string;
  /** The configuration folder of another hub, which removes it; `brands` and `hubFile` are left out then. */
  readonly configDirectory?: string;
}

/** A hub in this process, on a database of its own, behind its real HTTP server. */
export interface TestHub {
  readonly url: string;
  readonly databaseUrl: string;
  readonly configDirectory: string;
  /** Every line the hub logged so far. */
  readonly log: readonly string[];
  /** The one it logs with, for lines of a test's own. */
  readonly logger: ReturnType<typeof createLogger>;
  /** Posts a body to a source. Strings and bytes go as they are. */
  ingest(source: string, body: unknown, headers?: Record<string, string>): Promise<IngestAnswer>;
  /** Calls the admin API with the admin key, unless `headers` bring another. */
  admin(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Stops the hub as SIGTERM would; what it stored stays until {@link close}. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it is JSON; see {@link at}. */
  readonly body: unknown;
}

/** The answer of the ingest endpoint. */
export interface IngestAnswer extends Answer {
  /** Empty where the answer names none. */
  readonly events: readonly { readonly id: string; readonly type: string; readonly status: string }[];
}

/** What stands at a path in a JSON value: `at(answer.body, 'data.0.id')`; undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}

/** Starts a hub for a test file. The caller closes it. */
export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const configDirectory = options.configDirectory ?? mkdtempSync(join(tmpdir(), 'patchbay-e2e-'));
  if (options.configDirectory === undefined) mkdirSync(join(configDirectory, 'brands'));
  for (const [name, yaml] of Object.entries(options.brands ?? {})) {
    writeFileSync(join(configDirectory, 'brands', `${name}.yaml`), yaml);
  }
  if (options.hubFile !== undefined) writeFileSync(join(configDirectory, 'patchbay.yaml'), options.hubFile);
  const database =
    options.databaseUrl === undefined
      ? await createTestDatabase({
          migrate: async (url) => {
            await migrate(url);
          },
        })
      : { url: options.databaseUrl, drop: () => Promise.resolve() };
  const adminKey = options.adminKey ?? ADMIN_KEY;
  const log: string[] = [];
  const logger = createLogger('trace', { write: (line: string) => log.push(line) });
  let hub: Hub;
  try {
    hub = await startHub({
      environment: loadEnvironment({
        PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_URL: database.url,
        PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
        PATCHBAY_ADMIN_KEY: adminKey,
        PATCHBAY_CONFIG: configDirectory,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
        ...options.environment,
        ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
      }),
      dataDirectory: join(configDirectory, '.patchbay'),
      logger,
      env: options.env ?? {},
    });
  } catch (error) {
    await database.drop();
    throw error;
  }
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await hub.close();
  };
  return {
    url: hub.url,
    databaseUrl: database.url,
    configDirectory,
    log,
    logger,
    ingest: async (source, body, headers = {}) => {
      const answer = await call(`${hub.url}/v1/ingest/${source}`, 'POST', body, headers);
      return { ...answer, events: (at(answer.body, 'events') ?? []) as IngestAnswer['events'] };
    },
    admin: (method, path, body, headers) =>
      call(`${hub.url}${path}`, method, body, { authorization: `Bearer ${adminKey}`, ...headers }),
    stop,
    close: async () => {
      await stop();
      await database.drop();
      if (options.configDirectory === undefined) rmSync(configDirectory, { recursive: true });
    },
  };
}

async function call(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
