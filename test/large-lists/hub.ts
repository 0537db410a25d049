import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@patchbay/embedded';
import pg from 'pg';
import { HubProcess } from '../chaos/support/hub-process.js';

const ADMIN_KEY = 'invented-admin-key-0123456789';
/** Token of the source of each brand. */
export const SOURCE_TOKEN = 'invented-source-token';
const DATABASE = 'large_lists';
/** Retention class of the brands. */
export const RETENTION_DAYS = 30;

/** Brand and its share of all events. Shares are in thousandths. */
export interface LargeBrand {
  readonly name: string;
  readonly share: number;
}

/** Brands of the hub. The first has nearly all rows. */
export const BRANDS = [
  { name: 'nearly-all', share: 940 },
  { name: 'some', share: 54 },
  { name: 'few', share: 5 },
  { name: 'hardly-any', share: 1 },
] as const satisfies readonly LargeBrand[];

/** Names of the destinations of each brand. A subscription of the same name takes all events. */
export const DESTINATIONS = ['crm', 'sms'] as const;

/** Hub in a process of its own. */
export interface HubUnderTest {
  readonly url: string;
  readonly databaseUrl: string;
  /** Calls the API. Throws an Error if the response is not a success. Resolves with the body. */
  call(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a hub with {@link BRANDS}. Each destination `sms` is paused. */
export async function startHub(databaseUrl: string): Promise<HubUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-large-lists-'));
  await mkdir(join(folder, 'brands'));
  for (const { name } of BRANDS) await writeFile(join(folder, 'brands', `${name}.yaml`), brandFile(name));
  const port = await freePort();
  const child = new HubProcess(false);
  await child.become({
    dataDirectory: folder,
    environment: {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      PATCHBAY_ADMIN_KEY: ADMIN_KEY,
      PATCHBAY_CONFIG: folder,
      LOG_LEVEL: 'error',
      SOURCE_TOKEN,
      BEARER: 'invented-bearer',
    },
  });
  const hub: HubUnderTest = {
    url: `http://127.0.0.1:${port}`,
    databaseUrl,
    async call(method, path, body) {
      const response = await fetch(`${hub.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      const answer: unknown = JSON.parse(text);
      return answer;
    },
    async close() {
      await child.kill();
      await rm(folder, { recursive: true });
    },
  };
  for (const { name } of BRANDS) {
    await hub.call('POST', `/v1/brands/${name}/destinations/sms/pause`, { reason: 'a measurement' });
  }
  return hub;
}

/** Creates an empty database on a server. Resolves with its URL. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${DATABASE}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

function brandFile(name: string): string {
  const destinations = DESTINATIONS.map(
    (destination) => `
  ${destination}:
    type: webhook
    credentials: { bearer: "\${env:BEARER}" }
    settings: { url: "https://receiver.example/${destination}" }`,
  );
  const subscriptions = DESTINATIONS.map(
    (destination) => `
  ${destination}:
    source: shop
    events: ["*"]
    destination: ${destination}
    mapping: { body: { id: "{{ event.id }}", points: "{{ data.points }}" } }`,
  );
  return `
brand: ${name}
timezone: Asia/Kolkata
privacy: standard
retention: ${RETENTION_DAYS}d
sources:
  shop:
    adapter: json
    auth: { headers: { x-source-token: ["\${env:SOURCE_TOKEN}"] } }
destinations:${destinations.join('')}
subscriptions:${subscriptions.join('')}
`;
}
