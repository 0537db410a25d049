import {
  stateAfterStatusUpdate,
  type AttemptedDeliveryIds,
  type Clock,
  type StatusListener,
  type StatusUpdateStore,
  type TracedStatusUpdate,
} from '@patchbay/core';
import type { StatusUpdate } from '@patchbay/plugin-sdk';
import type { Database } from '../connections/database.js';
import { loadTraces, retentionClass, type EventReference } from '../sql/load-events.js';
import { REPLICATED } from '../sql/replicated.js';
import { partitionDayOf, partitionTable } from '../partitions/daily-partitions.js';
import { storePendingUpdates, takePendingUpdates, type TakenStatusUpdate } from './pending-status-updates.js';
import { findByExternalId, findById, type NamedDelivery } from './find-deliveries.js';
import { isFurther, parseStatusUpdates, type NamedStatusUpdate, type NewStatus } from './named-status-update.js';
import { writeTransitions, type StatusTransition } from './write-status-updates.js';

/**
 * Maximum number of rounds per write of status updates. A delivery that ends during a round moves to another table, in
 * which the next round finds the delivery. Few rounds are enough, because a delivery ends only once.
 */
const MAX_ROUNDS = 3;

const EVENTS_OF_DELIVERIES = `
SELECT d.id, d.event_id, d.brand_id, d.retention_days FROM deliveries d
WHERE d.destination_id = $1::uuid AND d.id = ANY ($2::uuid[])`;

/** Event of a delivery. */
interface DeliveryEventRow extends EventReference {
  /** Id of the delivery. */
  readonly id: string;
}

/**
 * Store of vendor statuses in PostgreSQL. Each status update first looks up its delivery and then writes to the table
 * of that delivery. A statement on the parent table would lock and open all 400 daily partitions for each callback.
 */
export class PostgresStatusUpdateStore implements StatusUpdateStore {
  private readonly listeners: StatusListener[] = [];

  constructor(
    private readonly database: Pick<Database, 'dataSource' | 'pgPool'>,
    private readonly clock: Clock,
  ) {}

  async apply(destinationId: string, updates: readonly StatusUpdate[], hasMessageEvents = true): Promise<number> {
    const named = parseStatusUpdates(updates);
    const found = await this.findOrDefer(destinationId, named);
    const furthest = new Map<string, NewStatus>();
    for (const one of named) {
      for (const { id, attempted } of found.get(keyOf(one)) ?? []) {
        if (attempted && isFurther(one.status, furthest.get(id)?.status)) furthest.set(id, one);
      }
    }
    await this.write(destinationId, furthest, [...found.values()].flat(), hasMessageEvents);
    return named.filter((one) => found.has(keyOf(one))).length;
  }

  async applyPending(named: readonly AttemptedDeliveryIds[]): Promise<void> {
    const taken = await takePendingUpdates(this.database.pgPool, named);
    for (const destinationId of new Set(taken.map((update) => update.destination_id))) {
      const updates = taken.filter((update) => update.destination_id === destinationId).map(toUpdate);
      await this.apply(destinationId, updates);
    }
  }

  async traced(destinationId: string, updates: readonly StatusUpdate[]): Promise<readonly TracedStatusUpdate[]> {
    const named = parseStatusUpdates(updates);
    const found = await this.find(destinationId, named);
    const ids = [...found.values()].flat().map(({ id }) => id);
    const references = ids.length === 0 ? [] : await this.eventsOf(destinationId, ids);
    const traces = await loadTraces(this.database.pgPool, references);
    const eventIds = new Map(references.map(({ id, event_id: eventId }) => [id, eventId]));
    return named.flatMap((one) =>
      (found.get(keyOf(one)) ?? []).flatMap(({ id }) => {
        const trace = traces.get(eventIds.get(id) ?? '');
        if (trace === undefined) return [];
        const { traceparent, received_ms: receivedAt } = trace;
        return [{ deliveryId: id, status: one.status, traceparent, receivedAt }];
      }),
    );
  }

  private eventsOf(destinationId: string, ids: readonly string[]): Promise<readonly DeliveryEventRow[]> {
    return this.database.dataSource.query<DeliveryEventRow[]>(EVENTS_OF_DELIVERIES, [destinationId, ids]);
  }

  onStatuses(listener: StatusListener): void {
    this.listeners.push(listener);
  }

  /**
   * Finds the deliveries that status updates name. An update stays pending if no attempt of its delivery is known.
   * Before an attempt, a vendor has nothing to report, and a forged bounce must not trigger a fallback.
   *
   * Deliveries of pending updates are looked up once more. An attempt may have been recorded in the meantime, by a
   * writer that looked for pending updates before the new update was stored.
   */
  private async findOrDefer(
    destinationId: string,
    updates: readonly NamedStatusUpdate[],
  ): Promise<ReadonlyMap<string, readonly NamedDelivery[]>> {
    const found = await this.find(destinationId, updates);
    const pending = updates.filter((one) => {
      const deliveries = found.get(keyOf(one)) ?? [];
      // An update with an unknown delivery id is ignored. An update with an unknown vendor id stays pending, because
      // the vendor id may be recorded soon.
      if (deliveries.length === 0) return one.by === 'externalId' && one.name !== '';
      return !deliveries.some(({ attempted }) => attempted);
    });
    if (pending.length === 0) return found;
    await storePendingUpdates(this.database.pgPool, destinationId, pending);
    return new Map([...found, ...(await this.find(destinationId, pending))]);
  }

  /** Finds the deliveries that status updates name. Returns the deliveries by the {@link keyOf} of their updates. */
  private async find(
    destinationId: string,
    updates: readonly NamedStatusUpdate[],
  ): Promise<ReadonlyMap<string, readonly NamedDelivery[]>> {
    const { dataSource } = this.database;
    const names = (by: NamedStatusUpdate['by']): string[] => [
      ...new Set(updates.flatMap((one) => (one.by === by ? [one.name] : []))),
    ];
    const found = new Map<string, NamedDelivery[]>();
    const add = (key: string, delivery: NamedDelivery): void => {
      found.set(key, [...(found.get(key) ?? []), delivery]);
    };
    for (const delivery of await findById(dataSource, destinationId, names('id'))) {
      add(keyOf({ by: 'id', name: delivery.id }), delivery);
    }
    for (const delivery of await findByExternalId(dataSource, destinationId, names('externalId'), this.clock.now())) {
      add(keyOf({ by: 'externalId', name: delivery.external_id ?? '' }), delivery);
    }
    return found;
  }

  /**
   * Writes each status that is further along than the stored status. Repeats the write for deliveries that moved to
   * another table. If nothing is to be written, waits until a synchronous standby has the stored statuses.
   */
  private async write(
    destinationId: string,
    updates: ReadonlyMap<string, NewStatus>,
    found: readonly NamedDelivery[],
    hasMessageEvents: boolean,
  ): Promise<void> {
    const { dataSource, pgPool } = this.database;
    let deliveries = found;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const byTable = transitionsByTable(updates, deliveries);
      if (byTable.size === 0) {
        // An earlier write of these statuses may have succeeded on the primary only, although it was reported as failed.
        if (round === 1 && updates.size > 0) await pgPool.query({ name: 'replicated', text: REPLICATED, values: [] });
        return;
      }
      for (const [table, ofTable] of byTable) {
        const counts = await writeTransitions(pgPool, table, ofTable, this.clock.now(), hasMessageEvents);
        for (const { status, count } of counts) {
          for (const listener of this.listeners) listener(destinationId, status, count);
        }
      }
      const written = [...byTable.values()].flatMap((ofTable) => [...ofTable.keys()]);
      deliveries = await findById(dataSource, destinationId, written);
    }
  }
}

function toUpdate({ delivery_id: deliveryId, status, at }: TakenStatusUpdate): StatusUpdate {
  return { deliveryId, status, ...(at === null ? {} : { at: at.toISOString() }) };
}

function keyOf({ by, name }: Pick<NamedStatusUpdate, 'by' | 'name'>): string {
  return `${by} ${name}`;
}

/**
 * Groups status updates by the table of their delivery. Leaves out updates that do not move the delivery's status
 * forward.
 */
function transitionsByTable(
  updates: ReadonlyMap<string, NewStatus>,
  deliveries: readonly NamedDelivery[],
): ReadonlyMap<string, ReadonlyMap<string, StatusTransition>> {
  const byTable = new Map<string, Map<string, StatusTransition>>();
  for (const delivery of deliveries) {
    const one = updates.get(delivery.id);
    if (one === undefined || !isFurther(one.status, delivery.vendor_status)) continue;
    const table = tableOf(delivery);
    const ofTable = byTable.get(table) ?? new Map<string, StatusTransition>();
    const { state, error_kind: errorKind, lost } = delivery;
    const after = stateAfterStatusUpdate(state, { errorKind, lost });
    byTable.set(table, ofTable.set(delivery.id, { ...one, before: state, after }));
  }
  return byTable;
}

function tableOf({ id, waiting, retention_days: days }: NamedDelivery): string {
  return waiting ? 'deliveries_waiting' : partitionTable('deliveries_ended', partitionDayOf(id, retentionClass(days)));
}
