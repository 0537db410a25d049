import { stateAfterNews, type Clock, type DownstreamStore, type NamedOutcome } from '@patchbay/core';
import type { StatusUpdate } from '@patchbay/plugin-sdk';
import type { Database } from '../connections/database.js';
import { retentionClass } from '../deliveries/event-loader.js';
import { partitionDayOf } from '../partitions/partition-day.js';
import { partitionTable } from '../partitions/partition-names.js';
import { keepEarlyNews, takeEarlyNews, type TakenNews } from './early-news.js';
import { findByExternalId, findById, type NamedDelivery } from './find-named.js';
import { isFurther, readNews, type NamedNews, type News } from './news.js';
import { writeNews, type FoundNews } from './write-news.js';

/** One that ends while it is written to is found elsewhere in the next round, and ends only once. */
const ROUNDS = 3;

/**
 * Downstream statuses in PostgreSQL. Deliveries are looked up first and written table by table then: a statement on the
 * parent would lock and open every day's partition, 400 of them, for each callback.
 */
export class PostgresDownstreamStore implements DownstreamStore {
  constructor(
    private readonly database: Pick<Database, 'dataSource' | 'hot'>,
    private readonly clock: Clock,
  ) {}

  async note(destinationId: string, updates: readonly StatusUpdate[]): Promise<number> {
    const news = readNews(updates);
    const found = await this.findOrKeep(destinationId, news);
    const furthest = new Map<string, News>();
    for (const one of news) {
      for (const { id, attempted } of found.get(keyOf(one)) ?? []) {
        if (attempted && isFurther(one.status, furthest.get(id)?.status)) furthest.set(id, one);
      }
    }
    await this.write(destinationId, furthest, [...found.values()].flat());
    return news.filter((one) => found.has(keyOf(one))).length;
  }

  async applyEarly(named: readonly NamedOutcome[]): Promise<void> {
    const taken = await takeEarlyNews(this.database.hot, named);
    for (const destinationId of new Set(taken.map((news) => news.destination_id))) {
      const updates = taken.filter((news) => news.destination_id === destinationId).map(toUpdate);
      await this.note(destinationId, updates);
    }
  }

  /**
   * The deliveries that status updates are about. An update is kept if no attempt of its delivery is known: before an
   * attempt there is nothing that a vendor could report, and a forged bounce must not start a fallback. Kept updates are
   * looked for once more, because an attempt may have been recorded in between, by a writer that looked for kept updates
   * before this one was stored.
   */
  private async findOrKeep(
    destinationId: string,
    news: readonly NamedNews[],
  ): Promise<ReadonlyMap<string, readonly NamedDelivery[]>> {
    const found = await this.find(destinationId, news);
    const early = news.filter((one) => {
      const deliveries = found.get(keyOf(one)) ?? [];
      // An id of ours that no delivery has is nobody's; a vendor's may be written soon.
      if (deliveries.length === 0) return one.by === 'externalId' && one.name !== '';
      return !deliveries.some(({ attempted }) => attempted);
    });
    if (early.length === 0) return found;
    await keepEarlyNews(this.database.hot, destinationId, early);
    return new Map([...found, ...(await this.find(destinationId, early))]);
  }

  /** The deliveries that news are about, by {@link keyOf} the news. */
  private async find(
    destinationId: string,
    news: readonly NamedNews[],
  ): Promise<ReadonlyMap<string, readonly NamedDelivery[]>> {
    const { dataSource } = this.database;
    const names = (by: NamedNews['by']): string[] => [
      ...new Set(news.flatMap((one) => (one.by === by ? [one.name] : []))),
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

  /** Writes what is further than what was found, and looks again: what ended meanwhile is in another table. */
  private async write(
    destinationId: string,
    news: ReadonlyMap<string, News>,
    found: readonly NamedDelivery[],
  ): Promise<void> {
    const { dataSource, hot } = this.database;
    let deliveries = found;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const byTable = newsByTable(news, deliveries);
      if (byTable.size === 0) return;
      for (const [table, ofTable] of byTable) await writeNews(hot, table, ofTable, this.clock.now());
      const written = [...byTable.values()].flatMap((ofTable) => [...ofTable.keys()]);
      deliveries = await findById(dataSource, destinationId, written);
    }
  }
}

function toUpdate({ delivery_id: deliveryId, status, at }: TakenNews): StatusUpdate {
  return { deliveryId, status, ...(at === null ? {} : { at: at.toISOString() }) };
}

function keyOf({ by, name }: Pick<NamedNews, 'by' | 'name'>): string {
  return `${by} ${name}`;
}

/** What is news of each delivery, by the table it is in. */
function newsByTable(
  news: ReadonlyMap<string, News>,
  deliveries: readonly NamedDelivery[],
): ReadonlyMap<string, ReadonlyMap<string, FoundNews>> {
  const byTable = new Map<string, Map<string, FoundNews>>();
  for (const delivery of deliveries) {
    const one = news.get(delivery.id);
    if (one === undefined || !isFurther(one.status, delivery.downstream_status)) continue;
    const table = tableOf(delivery);
    const ofTable = byTable.get(table) ?? new Map<string, FoundNews>();
    const { state, error_kind: errorKind, lost } = delivery;
    const after = stateAfterNews(state, { errorKind, lost });
    byTable.set(table, ofTable.set(delivery.id, { ...one, before: state, after }));
  }
  return byTable;
}

function tableOf({ id, waiting, retention_days: days }: NamedDelivery): string {
  return waiting ? 'deliveries_waiting' : partitionTable('deliveries_ended', partitionDayOf(id, retentionClass(days)));
}
