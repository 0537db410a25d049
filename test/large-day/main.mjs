/**
 * Measures how long it takes to drop the partitions of one day: `npm run measure-drop -- [rows]`, by default with a million
 * events and a million ended deliveries. The rows are in a database of its own, in a temporary folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '@patchbay/database';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import { dropPartition } from '../../libs/database/src/partitions/drop-partition.ts';
import { findPartitions } from '../../libs/database/src/partitions/find-partitions.ts';
import { insertBrand } from '../../libs/database/src/testing/brand-fixture.ts';
import { fillEnded, fillEvents, makeDays } from '../../libs/database/src/testing/fill-tables.ts';

const MIDNIGHT = Date.UTC(2026, 10, 24);
const RETENTION_DAYS = 7;
/** Rows per statement. Each row is one second later than the row before, so a statement fits into the day. */
const ROWS_AT_ONCE = 80_000;
const MIB = 1024 * 1024;

const wanted = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'patchbay-drop-'));
const postgres = await startEmbeddedPostgres({ dataDir: folder });
try {
  await migrate(postgres.url);
  const database = await openDatabase({ url: postgres.url, onError: () => undefined });
  const { dataSource } = database;
  await fill(dataSource);
  // The measurement is the only process, so it needs no lease.
  const lease = {
    query: (text, values) => dataSource.query(text, values),
    transaction: (work) => dataSource.transaction(work),
  };
  for (const partition of await findPartitions(dataSource)) {
    const [size] = await dataSource.query(
      `SELECT count(*)::int AS rows, pg_total_relation_size('${partition.name}')::float8 AS bytes FROM ${partition.name}`,
    );
    if (size.rows === 0) continue;
    const startedAt = performance.now();
    await dropPartition(lease, partition);
    const ms = Math.round(performance.now() - startedAt);
    const [load] = loadavg();
    console.log(
      `${partition.name}: ${size.rows} rows, ${Math.round(size.bytes / MIB)} MiB, dropped in ${ms} ms (load ${load.toFixed(1)})`,
    );
  }
  await database.close();
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true });
}

async function fill(dataSource) {
  const ids = await insertBrand(dataSource);
  await makeDays(dataSource, RETENTION_DAYS, MIDNIGHT, 1);
  for (let done = 0, part = 0; done < wanted; done += ROWS_AT_ONCE, part += 1) {
    const filling = {
      ids,
      retentionDays: RETENTION_DAYS,
      at: MIDNIGHT + part,
      count: Math.min(ROWS_AT_ONCE, wanted - done),
    };
    await fillEvents(dataSource, filling);
    await fillEnded(dataSource, filling);
  }
}
