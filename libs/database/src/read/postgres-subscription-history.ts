import type { Page, PageRequest, SubscriptionHistory, SubscriptionVersion } from '@patchbay/core';
import { In, type DataSource } from 'typeorm';
import { ConfigurationRevisionEntity } from '../entities/configuration-revision.entity.js';
import { SubscriptionVersionEntity } from '../entities/subscription-version.entity.js';
import { subscriptionVersionRecord } from '../configuration/records.js';
import { decodeCursor, encodeCursor } from './cursor.js';

/** Versions of subscriptions in PostgreSQL. Both reads use the index of subscription and version number. */
export class PostgresSubscriptionHistory implements SubscriptionHistory {
  constructor(private readonly dataSource: DataSource) {}

  async versions(subscriptionId: string, { limit, cursor }: PageRequest): Promise<Page<SubscriptionVersion>> {
    const list = { kind: 'versions', brandId: subscriptionId } as const;
    const query = this.dataSource
      .createQueryBuilder(SubscriptionVersionEntity, 'version')
      .innerJoinAndSelect('version.subscription', 'subscription')
      .innerJoinAndSelect('subscription.brand', 'brand')
      .where('version.subscription_id = :subscriptionId', { subscriptionId })
      .orderBy('version.version', 'DESC')
      .limit(limit + 1);
    if (cursor !== null) {
      query.andWhere(`version.version < (SELECT last.version FROM subscription_versions last WHERE last.id = :last)`, {
        last: decodeCursor(list, cursor),
      });
    }
    const rows = await query.getMany();
    const data = await this.withChanges(rows.slice(0, limit));
    const last = data.at(-1);
    return { data, nextCursor: rows.length <= limit || last === undefined ? null : encodeCursor(list, last.record.id) };
  }

  async version(subscriptionId: string, version: number): Promise<SubscriptionVersion | null> {
    const row = await this.dataSource.getRepository(SubscriptionVersionEntity).findOne({
      where: { subscriptionId, version },
      relations: { subscription: { brand: true } },
    });
    const [found] = await this.withChanges(row === null ? [] : [row]);
    return found ?? null;
  }

  private async withChanges(rows: readonly SubscriptionVersionEntity[]): Promise<SubscriptionVersion[]> {
    const revisions = await this.dataSource
      .getRepository(ConfigurationRevisionEntity)
      .findBy({ revision: In(rows.map(({ fromRevision }) => fromRevision)) });
    return rows.map((row) =>
      versionOf(
        row,
        revisions.find(({ revision }) => revision === row.fromRevision),
      ),
    );
  }
}

function versionOf(
  row: SubscriptionVersionEntity,
  revision: ConfigurationRevisionEntity | undefined,
): SubscriptionVersion {
  const { brand, name } = row.subscription;
  const changes = revision?.summary.filter(
    (change) => change.kind === 'subscription' && change.name === `${brand.name}/${name}`,
  );
  return {
    record: subscriptionVersionRecord(row, row.subscription),
    createdAt: row.createdAt.getTime(),
    createdBy: revision?.actor ?? '',
    revision: row.fromRevision,
    isCurrent: row.toRevision === null,
    changed: changes?.flatMap(({ fields }) => fields) ?? [],
  };
}
