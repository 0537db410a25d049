import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@patchbay/config';
import { migrate } from '@patchbay/database';
import { createLogger, startHub, type Hub } from '@patchbay/hub';
import { createTestDatabase } from '@patchbay/testing/services';

export const ADMIN_KEY = 'test-admin-key-0123456789';

export interface TestHubOptions {
  /** Brand files as YAML, by file name without extension. */
  readonly brands?: Readonly<Record<string, string>>;
  /** Content of `patchbay.yaml`. */
  readonly hubFile?: string;
  /** Values of the environment variables to which `${env:…}` refers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further environment variables of the hub, such as `PATCHBAY_ROLE`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Bootstrap key of the hub; {@link ADMIN_KEY} if absent. */
  readonly adminKey?: string;
  /** URL of Redis. If omitted, the queue runs on PostgreSQL. */
  readonly redisUrl?: string;
  /** Database that belongs to another hub. If omitted, the hub gets its own database. */
  readonly databaseUrl?: string;
  /**
   * Configuration folder that belongs to another hub, used instead of `brands` and `hubFile`. The other hub removes the
   * folder.
   */
  readonly configDirectory?: string;
  /** Folder of the built console. If omitted, the folder that `npm run build` fills. */
  readonly consoleDirectory?: string;
}

/** Hub in this process with its own database and a real HTTP server. */
export interface TestHub {
  readonly url: string;
  readonly databaseUrl: string;
  readonly configDirectory: string;
  /** All log lines of the hub so far. */
  readonly log: readonly string[];
  /** Logger of the hub, with which a test can write log lines. */
  readonly logger: ReturnType<typeof createLogger>;
  /** Posts a body to a source. Strings and bytes are sent unchanged; other values are sent as JSON. */
  ingest(source: string, body: unknown, headers?: Record<string, string>): Promise<IngestAnswer>;
  /** Calls the admin API with the admin key, unless `headers` contain another key. */
  admin(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Stops the hub as SIGTERM does. The hub's data is kept until {@link close}. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Body of the response, parsed if the body is JSON. Read its values with {@link at}. */
  readonly body: unknown;
}

/** Response of the ingest endpoint. */
export interface IngestAnswer extends Answer {
  /** Events in the response; empty if the response has none. */
  readonly events: readonly { readonly id: string; readonly type: string; readonly status: string }[];
}

/**
 * Returns the value at a path of a JSON value, for example `at(answer.body, 'data.0.id')`. Returns undefined if the
 * path has no value.
 */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}

/** Starts a hub for a test file. The test file must close the hub. */
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
      ...(options.consoleDirectory === undefined ? {} : { consoleDirectory: options.consoleDirectory }),
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

/** Sends a request. Strings and bytes are sent unchanged; other values are sent as JSON. */
export async function call(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
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
