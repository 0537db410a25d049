import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { isOwn } from './own-code.mjs';

/** Script that passes events through a hub in this process, and sends to the parent process which functions ran. */

const root = dirname(dirname(import.meta.dirname));
const WARM_UP = 20;
const TOKEN = 'invented-source-token';

const folder = mkdtempSync(join(tmpdir(), 'patchbay-trace-'));
const received = new Map();
const receiver = createServer((request, response) => {
  request.resume().on('end', () => response.end('{}'));
  received.get(request.headers['x-event'])?.();
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const postgres = await startPostgres();
const client = new pg.Client({ connectionString: postgres.url });
await client.connect();
const hub = await startHub();
const session = new Session();
try {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  for (let n = 0; n < WARM_UP; n += 1) await passOne(`warm-up-${n}`);
  const runs = [];
  for (let n = 0; n < Number(process.argv[2]); n += 1) runs.push(await functionsOf(`event-${n}`));
  const [first, ...others] = runs;
  const functions = [...first].filter(([key]) => others.every((run) => run.has(key))).map(([, ran]) => ran);
  await new Promise((resolve) =>
    process.send({ functions, chains: globalThis.longestChains?.(), polled: globalThis.polledFunctions?.() }, resolve),
  );
} finally {
  session.disconnect();
  await hub.close();
  await client.end();
  await postgres.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true });
}
process.exit();

async function startPostgres() {
  const { startEmbeddedPostgres } = await import('@patchbay/embedded');
  return startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
}

async function startHub() {
  const { loadEnvironment } = await import('@patchbay/config');
  const { createLogger, startHub: start } = await import('@patchbay/hub');
  mkdirSync(join(folder, 'brands'));
  writeFileSync(join(folder, 'patchbay.yaml'), '{}');
  writeFileSync(
    join(folder, 'brands', 'acme.yaml'),
    `brand: acme
timezone: Asia/Kolkata
privacy: standard
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  crm:
    type: webhook
    credentials: { bearer: "\${env:CRM_BEARER}" }
    settings: { url: "http://127.0.0.1:${receiver.address().port}/" }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: crm
    mapping: { body: { points: "{{ data.totalPointsIssued }}" }, headers: { x-event: "{{ data.reference }}" } }
`,
  );
  return start({
    environment: loadEnvironment({
      PORT: '0',
      DATABASE_URL: postgres.url,
      PATCHBAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      PATCHBAY_CONFIG: folder,
      PATCHBAY_ADMIN_KEY: 'invented-admin-key-0123456789',
      PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
    }),
    dataDirectory: join(folder, '.patchbay'),
    logger: createLogger('error', { write: (line) => process.stderr.write(line) }),
    env: { ACME_TOKEN: TOKEN, CRM_BEARER: 'invented-bearer-token' },
  });
}

/** Posts an event and waits until the receiver has got the message of the event. Returns the id of the event. */
async function passOne(eventId) {
  const arrived = new Promise((resolve) => received.set(eventId, resolve));
  const response = await fetch(`${hub.url}/v1/ingest/acme/capillary`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-acme-token': TOKEN },
    body: JSON.stringify({
      eventName: 'pointsIssued',
      eventId,
      orgId: 100001,
      createdAt: 1_795_544_400_000,
      data: { customerIdentifiers: { customerId: 7 }, totalPointsIssued: 75, reference: eventId },
    }),
  });
  if (response.status !== 202)
    throw new Error(`The hub answered an ingest call with ${response.status} instead of 202: ${await response.text()}`);
  const [{ id }] = (await response.json()).events;
  await arrived;
  return id;
}

/** Waits until the hub has recorded the delivery of an event, plus a moment in which the hub reacts to the outcome. */
async function recorded(eventId) {
  for (;;) {
    const { rowCount } = await client.query("SELECT FROM deliveries WHERE event_id = $1 AND state = 'succeeded'", [
      eventId,
    ]);
    if (rowCount === 1) break;
    await wait(5);
  }
  await wait(20);
}

/** Returns the functions of Patchbay that ran for one event, by file and offset. */
async function functionsOf(eventId) {
  await wait(20);
  await session.post('Profiler.takePreciseCoverage');
  globalThis.recordNesting?.('event');
  const began = performance.now();
  await recorded(await passOne(eventId));
  const { result } = await session.post('Profiler.takePreciseCoverage');
  // An interval without an event, as long as the event took, shows which functions only pollers run.
  globalThis.recordNesting?.('idle');
  if (globalThis.recordNesting !== undefined) await wait(performance.now() - began);
  globalThis.recordNesting?.(null);
  const ran = new Map();
  for (const { url, functions } of result) {
    if (!isOwn(url)) continue;
    const file = relative(root, fileURLToPath(url));
    const source = readFileSync(fileURLToPath(url), 'utf8');
    for (const { functionName, ranges } of functions) {
      const [{ count, startOffset, endOffset }] = ranges;
      if (count === 0) continue;
      const lines = source.slice(startOffset, endOffset).split('\n').length;
      const id = `${file}:${endOffset}`;
      ran.set(`${file}:${startOffset}`, { id, file, name: functionName || '(anonymous)', lines });
    }
  }
  return ran;
}
