import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { insertBrand } from '../testing/brand-fixture.js';
import type { SampleIds } from '../testing/event-fixtures.js';
import { fillEnded, fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { readManifest, rowsFile, type DataManifest } from './data-manifest.js';
import { exportData } from './export-data.js';
import { importData } from './import-data.js';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const EVENTS = 300;

const servers = new Map((await testServers()).map(([name, server]) => [name, server] as const));

describe('a transfer', () => {
  let source: Database & { readonly url: string };
  let target: TestDatabase;
  let folder: string;
  let ids: SampleIds;

  beforeEach(async () => {
    source = await openTestDatabase();
    target = await createTestDatabase();
    folder = join(await mkdtemp(join(tmpdir(), 'patchbay-data-')), 'export');
    ids = await fillBrand();
    await sql('UPDATE destination_states SET paused = true, paused_reason = $1', ['moved\tto a\nnew vendor']);
    await sql('UPDATE configuration SET revision = 7');
    await sql(`INSERT INTO message_outbox (brand_id, type, facts, created_at) VALUES ($1, 'a', '{}', now())`, [
      ids.brandId,
    ]);
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await source.close();
    await target.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const sql = (text: string, values: unknown[] = []): Promise<unknown> => source.dataSource.query(text, values);
  const exported = (more: Partial<Parameters<typeof exportData>[0]> = {}): Promise<DataManifest> =>
    exportData({ url: source.url, folder, ...more });

  async function fillBrand(): Promise<SampleIds> {
    const brand = await insertBrand(source.dataSource);
    await makeDays(source.dataSource, 30, NOON, 3);
    for (const at of [NOON - DAY_MS, NOON]) {
      const filling = { ids: brand, retentionDays: 30, at, count: EVENTS } as const;
      await fillEvents(source.dataSource, filling);
      await fillEnded(source.dataSource, filling);
    }
    await fillWaiting(source.dataSource, { ids: brand, retentionDays: 30, at: NOON - 1_000, count: 10 });
    return brand;
  }

  /** Returns number and checksum of the rows of each relation of the target. */
  async function contentOfTarget(): Promise<unknown> {
    const again = join(folder, '..', 'again');
    const { relations, sequences } = await exportData({ url: target.url, folder: again });
    await rm(again, { recursive: true });
    return { relations: contentOf(relations), sequences };
  }
  const contentOf = (relations: DataManifest['relations']): unknown =>
    Object.fromEntries(relations.map(({ name, rows, checksum }) => [name, { rows, checksum }]));

  it.each([...servers.keys()])('moves all rows, partitions and sequences to the %s PostgreSQL', async (version) => {
    const server = servers.get(version);
    if (server !== undefined) {
      await target.drop();
      target = await createTestDatabase({ server });
    }
    const { relations, sequences, isComplete } = await exported();
    expect(isComplete).toBe(true);
    const events = relations.filter(({ name }) => name.startsWith('events_d30_'));
    expect(events.map(({ name, rows }) => [name, rows])).toEqual([
      ['events_d30_20261122', 0],
      ['events_d30_20261123', EVENTS],
      ['events_d30_20261124', EVENTS],
    ]);
    await importData({ url: target.url, folder });
    expect(await contentOfTarget()).toEqual({ relations: contentOf(relations), sequences });
  });

  it('continues after an interruption, and repeats only what changed', async () => {
    const failAt = (name: string) => (relation: { readonly name: string }) => {
      if (relation.name === name) throw new Error('interrupted');
    };
    const kept: string[] = [];
    const countKept = (relation: { readonly name: string }, isKept: boolean): void => {
      if (isKept) kept.push(relation.name);
    };
    await expect(exported({ onRelation: failAt('events_d30_20261123') })).rejects.toThrow('interrupted');
    await expect(importData({ url: target.url, folder })).rejects.toThrow('is incomplete');
    await exported({ onRelation: countKept });
    expect(kept).toContain('events_d30_20261123');
    expect(kept).not.toContain('events_d30_20261124');
    kept.length = 0;
    await sql('UPDATE order_marks SET order_at = order_at');
    await sql('UPDATE brands SET timezone = $1', ['UTC']);
    const { relations } = await exported({ onRelation: countKept });
    expect(relations.map(({ name }) => name).filter((name) => !kept.includes(name))).toEqual(['brands']);

    kept.length = 0;
    await expect(importData({ url: target.url, folder, onRelation: failAt('events_d30_20261123') })).rejects.toThrow(
      'interrupted',
    );
    await importData({ url: target.url, folder, onRelation: countKept });
    expect(kept).toContain('events_d30_20261123');
    expect(kept).not.toContain('events_d30_20261124');
    expect(await contentOfTarget()).toMatchObject({ relations: contentOf(relations) });
  });

  it('refuses an export during which a table was written, a partition was created or a sequence advanced', async () => {
    const changes: readonly (readonly [work: () => Promise<unknown>, changed: string])[] = [
      [() => sql('UPDATE brands SET timezone = $1', ['UTC']), 'brands'],
      [() => makeDays(source.dataSource, 30, NOON + DAY_MS, 1), 'events_d30_20261125'],
      [() => sql(`SELECT nextval('message_outbox_id_seq')`), 'message_outbox_id_seq'],
    ];
    for (const [work, changed] of changes) {
      const works: Promise<unknown>[] = [];
      const run = exported({
        onRelation: ({ name }) => {
          if (name === 'brands') works.push(work());
        },
      });
      await expect(run).rejects.toThrow(new RegExp(`wrote to .*${changed}.*Stop all processes`));
      await Promise.all(works);
    }
    await expect(exported()).resolves.toMatchObject({ isComplete: true });
  });

  it('exports a missing file again, and never continues the export of another database', async () => {
    const { relations } = await exported();
    await rm(rowsFile(folder, 'brands'));
    const again: string[] = [];
    await exported({
      onRelation: ({ name }, isKept) => {
        if (!isKept) again.push(name);
      },
    });
    expect([again, relations.length > 1]).toEqual([['brands'], true]);
    await importData({ url: target.url, folder });
    await expect(exportData({ url: target.url, folder })).rejects.toThrow('another database');
  });

  it('refuses a manifest whose texts would become other SQL', async () => {
    const { relations, ...rest } = await exported();
    const event = relations.find(({ name }) => name === 'events_d30_20261124');
    const bounds = `${event?.partition?.bounds ?? ''}; DROP TABLE brands`;
    const parent = 'events ATTACH PARTITION x DEFAULT; DROP TABLE brands; --';
    const wrong = [
      { ...event, partition: { ...event?.partition, bounds } },
      { ...event, partition: { ...event?.partition, parent } },
      { ...event, storage: ['fillfactor=85); DROP TABLE brands; --'] },
    ];
    for (const relation of wrong) {
      await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...rest, relations: [relation] }));
      await expect(importData({ url: target.url, folder })).rejects.toThrow('is not the manifest of an export');
    }
    await writeFile(join(folder, 'manifest.json'), '{"format":1,');
    await expect(importData({ url: target.url, folder })).rejects.toThrow('Copy the folder of the export again');
  });

  it(
    'refuses a file with other rows than the export, and a database with other rows',
    async () => {
      await exported();
      const file = rowsFile(folder, 'events_d30_20261124');
      const intact = await readFile(file);
      const text = gunzipSync(intact).toString();
      const flipped = Buffer.from(intact).fill(0xff, 40, 60);
      const damages: readonly (readonly [content: Buffer | null, problem: RegExp])[] = [
        [gzipSync(text.replace('customer-1', 'customer-2')), /does not have the exported rows/],
        [intact.subarray(0, -200), new RegExp(`20261124\\S* ends too early: \\d+ of ${EVENTS} rows .*data export`)],
        [flipped, /20261124\S* is damaged: \d+ of 300 rows/],
        [null, /20261124\S* is missing: 0 of 300 rows/],
      ];
      for (const [content, problem] of damages) {
        await (content === null ? rm(file) : writeFile(file, content));
        await expect(importData({ url: target.url, folder })).rejects.toThrow(problem);
      }
      await writeFile(file, intact);
      await importData({ url: target.url, folder });

      await sql('UPDATE brands SET timezone = $1', ['UTC']);
      await exported();
      const before = await contentOfTarget();
      await expect(importData({ url: target.url, folder })).rejects.toThrow('brands already has other rows');
      expect(await contentOfTarget()).toEqual(before);
    },
    SERVICE_TIMEOUT_MS,
  );

  it('moves the data of an older schema, and migrates it', async () => {
    await source.dataSource.undoLastMigration();
    const { migrations } = await exported();
    await importData({ url: target.url, folder });
    const { migrations: migrated } = await exportData({ url: target.url, folder: join(folder, '..', 'again') });
    expect(migrated.slice(0, migrations.length)).toEqual(migrations);
    expect(migrated).toHaveLength(migrations.length + 1);
    await expect(importData({ url: target.url, folder })).rejects.toThrow('newer schema');
  });

  it('refuses an export of a newer version', async () => {
    await exported();
    const manifest = await readManifest(folder);
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify({ ...manifest, migrations: [...(manifest?.migrations ?? []), 'Later1900000000000'] }),
    );
    await expect(importData({ url: target.url, folder })).rejects.toThrow('Later1900000000000');
  });

  it('moves one brand only', async () => {
    await fillBrand();
    const [brand] = (await sql('SELECT name FROM brands WHERE id = $1', [ids.brandId])) as { name: string }[];
    await expect(exported({ brand: 'other' })).rejects.toThrow('no brand other');
    await exported({ brand: brand?.name ?? '' });
    await expect(exported()).rejects.toThrow('other brands');
    await importData({ url: target.url, folder });
    const counts = Object.fromEntries(
      (await exportData({ url: target.url, folder: join(folder, '..', 'again') })).relations.map(({ name, rows }) => [
        name,
        rows,
      ]),
    );
    expect(counts).toMatchObject({ brands: 1, destinations: 1, destination_states: 1, deliveries_waiting: 10 });
    expect(counts).toMatchObject({ events_d30_20261124: EVENTS, ingest_keys: 2 * EVENTS, configuration: 1 });
  });
});
