import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../connections/data-source.js';
import { migrateTo } from '../connections/migrate.js';
import { dayOf, dayStart, lowestIdAt } from '../partitions/daily-partitions.js';
import { ensurePartitions } from '../partitions/ensure-partitions.js';

/** Schema of an earlier commit. */
export interface EarlierSchema {
  readonly commit: string;
  /** Timestamp of the last migration of the commit. */
  readonly lastMigration: number;
  /** Names of columns in this schema, by `table.column` in the names of 6685c5ff. */
  readonly formerNames: Readonly<Record<string, string>>;
}

/** Schemas from which an upgrade is tested, oldest first. Add the schema of each release. */
export const EARLIER_SCHEMAS: readonly EarlierSchema[] = [
  {
    commit: '9ef3ae7',
    lastMigration: 1_795_880_000_000,
    formerNames: {
      'deliveries.counted_attempts': 'charged',
      'deliveries.vendor_status': 'downstream_status',
      'deliveries.vendor_status_at': 'downstream_at',
      'replays.scanned': 'looked_at',
      'replays.created': 'made',
      'replays.expected_is_exact': 'expected_all',
    },
  },
  { commit: '6685c5ff', lastMigration: 1_796_890_000_002, formerNames: {} },
];

type Row = Readonly<Record<string, unknown>>;

/** Ids of the rows that {@link insertRows} inserts. */
export interface EarlierRows {
  readonly brandId: string;
  readonly destinationId: string;
  readonly pausedDestinationId: string;
  readonly waitingId: string;
  readonly succeededId: string;
  readonly eventId: string;
}

/** Runs the migrations of an earlier commit in an empty database, and connects to it. */
export async function openEarlierSchema(
  { lastMigration }: Pick<EarlierSchema, 'lastMigration'>,
  url: string,
): Promise<DataSource> {
  const dataSource = createDataSource({ url, onError: () => undefined });
  await dataSource.initialize();
  const names = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  await migrateTo(
    url,
    names.filter((name) => Number(/\d+$/.exec(name)?.[0]) <= lastMigration),
  );
  return dataSource;
}

/** Inserts a brand with its configuration, events, deliveries, attempts, a replay, an API key and an audit entry. */
export async function insertRows(
  dataSource: DataSource,
  { formerNames }: EarlierSchema,
  now: number,
): Promise<EarlierRows> {
  const insert = (table: string, row: Row): Promise<unknown> => {
    const columns = Object.keys(row).map((column) => `"${formerNames[`${table}.${column}`] ?? column}"`);
    const places = columns.map((_column, index) => `$${index + 1}`);
    return dataSource.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
  };
  await dataSource.transaction((manager) => ensurePartitions(manager, [{ retentionDays: 30, day: dayOf(now) }]));
  const [brandId, sourceId, destinationId, pausedDestinationId] = [
    randomUUID(),
    randomUUID(),
    randomUUID(),
    randomUUID(),
  ];
  const [subscriptionId, versionId] = [randomUUID(), randomUUID()];
  const owner = { managed_by: 'api', disabled: false };
  await dataSource.query('UPDATE configuration SET revision = 7');
  await insert('configuration_revisions', { revision: 7, actor: 'ops', summary: {} });
  await insert('brands', {
    ...{ ...owner, id: brandId, name: 'acme', timezone: 'Asia/Kolkata', retention_days: 30 },
    ...{ privacy: { mode: 'standard', keep: [], personal: [] }, recipient_order: JSON.stringify(['event']) },
    wrapped_key: Buffer.from('wrapped'),
  });
  await insert('sources', {
    ...{ ...owner, id: sourceId, brand_id: brandId, name: 'shop', adapter: 'json', sealed_auth: Buffer.from('sealed') },
  });
  const destination = {
    ...{ ...owner, brand_id: brandId, type: 'webhook', sealed_credentials: Buffer.from('sealed') },
    ...{ settings: {}, limits: {}, retry: { scheduleMs: [0] }, version: 3 },
  };
  await insert('destinations', { ...destination, id: destinationId, name: 'hook' });
  const pause = { paused: true, paused_by: 'person', paused_reason: 'Holidays.' };
  await insert('destinations', { ...destination, ...pause, id: pausedDestinationId, name: 'paused' });
  // Later schemas store the pause by a trigger, which reacts to updates.
  await dataSource.query(`UPDATE destinations SET paused_reason = 'Holidays.' WHERE id = $1`, [pausedDestinationId]);
  await insert('subscriptions', { ...owner, id: subscriptionId, brand_id: brandId, name: 'all' });
  await insert('subscription_versions', {
    ...{ id: versionId, subscription_id: subscriptionId, version: 1, source_id: sourceId },
    ...{ destination_id: destinationId, events: JSON.stringify(['*']), mapping: {}, from_revision: 7 },
  });
  const at = new Date(now);
  const newId = (): string => lowestIdAt(now).slice(0, 19) + randomUUID().slice(19);
  const eventIds = [newId(), newId()];
  for (const [index, id] of eventIds.entries()) {
    await insert('events', {
      ...{ id, retention_days: 30, brand_id: brandId, source_id: sourceId, config_revision: 7, type: 'pointsIssued' },
      ...{ source_event_id: `order-${index}`, customer_id: 'c-1', occurred_at: at, received_at: at },
      ...{ attributes: {}, data: { points: index } },
    });
    await insert('event_customers', { brand_id: brandId, customer_id: 'c-1', event_id: id, retention_days: 30 });
    await insert('ingest_keys', { key: randomUUID(), event_id: id });
  }
  const [eventId = ''] = eventIds;
  const delivery = {
    ...{ retention_days: 30, brand_id: brandId, event_id: eventId, subscription_id: subscriptionId },
    ...{ subscription_version_id: versionId, destination_id: destinationId, event_type: 'pointsIssued' },
    ...{ customer_id: 'c-1', created_at: at },
  };
  const [waitingId, succeededId] = [newId(), newId()];
  await insert('deliveries', {
    ...{ ...delivery, id: waitingId, waiting: true, state: 'scheduled', due_at: at, attempts: 2, counted_attempts: 1 },
  });
  await insert('deliveries', {
    ...{ ...delivery, id: succeededId, waiting: false, state: 'succeeded', ended_at: at, attempts: 1 },
    ...{ counted_attempts: 1, external_id: 'msg-1', vendor_status: 'delivered', vendor_status_at: at },
  });
  await insert('attempts', {
    ...{
      delivery_id: succeededId,
      retention_days: 30,
      number: 1,
      started_at: at,
      duration_ms: 40,
      outcome: 'accepted',
    },
  });
  await insert('replays', {
    ...{ id: newId(), brand_id: brandId, state: 'done', mapping: 'recorded', filter: {}, requested_by: 'ops' },
    ...{ expected: 1, expected_is_exact: true, scanned: 1, created: 1, skipped: {}, next_at: at, ended_at: at },
  });
  await insert('api_keys', {
    ...{ id: randomUUID(), hash: Buffer.from('hash'), hint: 'pbk_…', name: 'ci', role: 'admin', reveal: false },
    ...{ created_by: 'ops', created_at: at },
  });
  await insert('audit_entries', { id: newId(), at, actor: 'ops', action: 'key.create', target: 'ci' });
  return { brandId, destinationId, pausedDestinationId, waitingId, succeededId, eventId };
}

/** Returns the start of the current day in milliseconds, so that all rows have one partition. */
export function startOfToday(): number {
  return dayStart(dayOf(Date.now()));
}
