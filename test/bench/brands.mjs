import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { dedupeKey, LiveConfiguration, uuidV7 } from '@patchbay/core';
import {
  ChangeNotices,
  migrate,
  openDatabase,
  PostgresConfigurationStore,
  PostgresDestinationPauseStore,
  PostgresEventStore,
} from '@patchbay/database';
import { freePort } from '@patchbay/embedded';
import { sourceAdapters } from '@patchbay/sources';
import { createHubKey, createVault, MasterKeyRing } from '@patchbay/vault';
import { Child } from './machine/children.mjs';
import { residentMebibytes } from './machine/cpu.mjs';
import { median } from './report/statistics.mjs';
import { figure, table } from './report/table.mjs';
import { HEAP_LIMIT, HUB_MAIN } from './systems/hub.mjs';
import { untilReady } from './systems/until-ready.mjs';

const OBJECTS_PER_BRAND = 10;
const FILES_PER_APPLY = 250;
const EDITS = 50;
const SINGLE_LOADS = 50;
const GROUPS = 100;
const BRANDS_PER_GROUP = 50;
const PAUSES = 100;
/** Number of brands that ingest while destinations are paused. */
const INGESTING = 1_000;
const ACTOR = { name: 'benchmark', keyId: null };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const MIB = 2 ** 20;

/**
 * Measures the configuration of many brands of 10 destinations and 10 subscriptions each. Prints the time to read the
 * directory at the start, the time to load one brand, and the time and memory to load every brand. Prints the time of a
 * refresh after a change of one brand in memory, and the number of events that become stale. Prints the stale events and the
 * loads of brands while destinations are paused. Prints the time until a worker process is ready, and its memory.
 */
export async function brandsRun(machine, { brands: counts }) {
  const loads = [
    ['brands', 'directory', 'heap', 'one brand, median', 'max', 'all brands', 'in memory', 'estimate', 'heap'],
  ];
  const changes = [['brands', 'refresh, median', 'max', 'events', 'stale', 'of other brands']];
  const pauses = [['brands', 'pauses', 'pause, median', 'max', 'events meanwhile', 'stale', 'brand loads']];
  const starts = [['brands', 'worker ready', 'resident memory']];
  for (const count of counts) {
    const { loaded, changed, paused, started } = await measured(machine, count);
    loads.push([figure(count), ...loaded]);
    changes.push([figure(count), ...changed]);
    pauses.push([figure(count), ...paused]);
    starts.push([figure(count), ...started]);
  }
  console.log(`\n${[loads, changes, pauses, starts].map(table).join('\n\n')}`);
}

async function measured(machine, count) {
  const url = await machine.postgres.createDatabase(`brands_${count}`);
  await migrate(url);
  const database = await openDatabase({ url, onError: console.error });
  const notices = new ChangeNotices(url, console.error);
  const masterKey = randomBytes(32);
  const ring = new MasterKeyRing([masterKey]);
  const store = new PostgresConfigurationStore({ ...database, vault: createVault(ring, createHubKey(ring)), notices });
  try {
    await fill(store, count);
    const before = usedHeap();
    const live = new LiveConfiguration(store, sourceAdapters());
    const directory = await milliseconds(() => live.refresh());
    const directoryHeap = usedHeap() - before;
    const singles = [];
    for (const { id } of live.directory.slice(0, SINGLE_LOADS)) singles.push(await milliseconds(() => live.brand(id)));
    const all = await milliseconds(() => Promise.all(live.directory.map(({ id }) => live.brand(id))));
    const { brands, bytes } = live.usage;
    const loaded = [
      ...[inMs(directory), inMiB(directoryHeap), inMs(median(singles)), inMs(Math.max(...singles)), inMs(all)],
      ...[figure(brands), inMiB(bytes), inMiB(usedHeap() - before)],
    ];
    const refreshes = [];
    for (let edit = 0; edit < EDITS; edit++) {
      const name = nameOf(edit % count);
      await live.brandNamed(name);
      await change(store, name, Math.floor(edit / count));
      refreshes.push(await milliseconds(() => live.refresh()));
    }
    const stale = await staleEvents(store, new PostgresEventStore(database.pgPool), live);
    const changed = [
      ...[inMs(median(refreshes)), inMs(Math.max(...refreshes))],
      ...[stale.events, stale.ofChanged, stale.ofOthers].map(figure),
    ];
    const paused = await pausesWhileIngesting(database, live);
    return { loaded, changed, paused, started: await workerStart(machine, url, masterKey) };
  } finally {
    await notices.close();
    await database.close();
  }
}

async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function usedHeap() {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const inMs = (time) => `${figure(time)} ms`;
const inMiB = (bytes) => `${figure(bytes / MIB)} MiB`;
const nameOf = (index) => `brand-${index}`;

async function fill(store, count) {
  for (let from = 0; from < count; from += FILES_PER_APPLY) {
    const files = Array.from({ length: Math.min(FILES_PER_APPLY, count - from) }, (_, i) => fileOf(nameOf(from + i)));
    await store.apply(files, { prune: false, dryRun: false, complete: false });
  }
}

/** Returns a brand file without its subscriptions' mappings, because the hub compiles mappings only when they are used. */
function fileOf(brand, timezone = 'UTC') {
  const indexes = Array.from({ length: OBJECTS_PER_BRAND }, (_, index) => index);
  return {
    file: `${brand}.yaml`,
    definition: {
      ...{ brand, timezone, privacy: { mode: 'standard', keep: [], personal: [] }, retentionDays: 30 },
      recipients: { order: ['event'] },
      sources: [{ name: 'capillary', adapter: 'capillary', auth: { bearer: ['source-secret'] } }],
      destinations: indexes.map((index) => ({
        ...{ name: `hook-${index}`, type: 'webhook', credentials: { bearer: 'secret' }, limits: {} },
        ...{ settings: { url: 'https://hooks.example.com/in' }, retry: { scheduleMs: [0, 5_000] } },
      })),
      subscriptions: indexes.map((index) => ({
        ...{ name: `points-${index}`, source: 'capillary', destination: `hook-${index}`, events: ['points*'] },
        when: { 'data.totalPointsIssued': { $gt: index } },
      })),
    },
  };
}

/** Changes the time zone of a brand. @param edit number of earlier changes of the brand */
function change(store, brand, edit) {
  const file = fileOf(brand, edit % 2 === 0 ? 'Asia/Kolkata' : 'Asia/Tokyo');
  return store.apply([file], { prune: false, dryRun: false, complete: false, actor: ACTOR });
}

/** Stores groups of events of many brands while one of the brands is changed again and again. */
async function staleEvents(store, events, live) {
  const counts = { events: 0, ofChanged: 0, ofOthers: 0 };
  const changed = live.entryNamed(nameOf(0));
  let isDone = false;
  const changing = (async () => {
    for (let edit = 0; !isDone; edit++) await change(store, nameOf(0), edit);
  })();
  for (let group = 0; group < GROUPS; group++) {
    await live.refresh();
    const brands = live.directory.slice(0, BRANDS_PER_GROUP);
    const outcomes = await events.storeGroup(brands.map(eventOf));
    for (const [index, { kind }] of outcomes.entries()) {
      counts.events += 1;
      if (kind === 'stale') counts[brands[index].id === changed.id ? 'ofChanged' : 'ofOthers'] += 1;
    }
  }
  isDone = true;
  await changing;
  return counts;
}

/** Stores groups of events of many brands while destinations are paused. Counts stale events and loads of brands. */
async function pausesWhileIngesting(database, live) {
  const store = new PostgresDestinationPauseStore(database.dataSource, database.pgPool);
  const events = new PostgresEventStore(database.pgPool);
  // Load the last change of the former measurement.
  await live.refresh();
  const brands = live.directory.slice(0, INGESTING);
  await Promise.all(brands.map(({ id }) => live.brand(id)));
  const counts = { events: 0, stale: 0, loads: 0 };
  live.onLoad(() => (counts.loads += 1));
  const times = [];
  let isDone = false;
  const pausing = (async () => {
    for (let pause = 0; pause < PAUSES; pause++) {
      const brand = await live.brand(brands[pause % brands.length].id);
      const [destination] = brand.destinations.keys();
      times.push(await milliseconds(() => store.pause(destination, 'benchmark', ACTOR)));
    }
    isDone = true;
  })();
  for (let from = 0; !isDone; from = (from + BRANDS_PER_GROUP) % brands.length) {
    await live.refresh();
    const group = await Promise.all(brands.slice(from, from + BRANDS_PER_GROUP).map(({ id }) => live.brand(id)));
    const outcomes = await events.storeGroup(group.map(eventOf));
    counts.events += outcomes.length;
    counts.stale += outcomes.filter(({ kind }) => kind === 'stale').length;
  }
  await pausing;
  return [
    ...[figure(times.length), inMs(median(times)), inMs(Math.max(...times))],
    ...[counts.events, counts.stale, counts.loads].map(figure),
  ];
}

/** Starts a worker process. Returns the time until the process is ready, and its resident memory then. */
async function workerStart(machine, url, masterKey) {
  const port = await freePort();
  const env = {
    ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), PATCHBAY_ROLE: 'worker', LOG_LEVEL: 'warn' },
    ...{ DATABASE_URL: url, REDIS_URL: machine.redis.url, PATCHBAY_MASTER_KEY: masterKey.toString('base64') },
  };
  let child;
  const ready = await milliseconds(async () => {
    const log = join(machine.folder, `worker-${port}.log`);
    child = Child.node('the worker', [HEAP_LIMIT, HUB_MAIN], { env, cwd: machine.folder, log });
    await untilReady(child, `http://127.0.0.1:${port}/health/ready`, () => true);
  });
  const resident = residentMebibytes(child.pid);
  await child.end();
  return [inMs(ready), `${figure(resident)} MiB`];
}

function eventOf({ id: brandId, revision }) {
  const at = Date.now();
  const sourceEventId = randomUUID();
  return {
    ...{ id: uuidV7(at), brandId, sourceId: brandId, configRevision: revision, retentionDays: 30, sourceEventId },
    ...{ type: 'pointsIssued', dedupeKey: dedupeKey(brandId, null, 'pointsIssued', sourceEventId) },
    ...{ occurredAt: at, receivedAt: at, customerIds: [], customerHashes: null, attributes: {}, data: {} },
    ...{ sealed: null, quarantineReason: null, erasedAt: null, overBudget: [], erasures: [], deliveries: [] },
  };
}
