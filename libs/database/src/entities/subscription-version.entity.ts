import type { RouteEntryRecord, SubscriptionVersionRecord } from '@patchbay/core';
import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';
import { DestinationEntity } from './destination.entity.js';
import { SourceEntity } from './source.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';

/**
 * Version of a subscription, in force from one revision (inclusive) to another (exclusive). Apart from this range, a
 * version never changes.
 */
@Entity('subscription_versions')
@Index('subscription_versions_number_key', ['subscriptionId', 'version'], { unique: true })
@Index('subscription_versions_in_force_key', ['subscriptionId'], { unique: true, where: 'to_revision IS NULL' })
@Index('subscription_versions_routed_idx', ['subscriptionId'], { where: 'route IS NOT NULL' })
@Check('subscription_versions_target_check', '(destination_id IS NULL) = (route IS NOT NULL)')
@Index('subscription_versions_source_idx', ['sourceId'], { where: 'to_revision IS NULL' })
export class SubscriptionVersionEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId: string;

  @ManyToOne(() => SubscriptionEntity)
  @JoinColumn({ name: 'subscription_id', foreignKeyConstraintName: 'subscription_versions_subscription_fkey' })
  subscription: Relation<SubscriptionEntity>;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @ManyToOne(() => SourceEntity)
  @JoinColumn({ name: 'source_id', foreignKeyConstraintName: 'subscription_versions_source_fkey' })
  source: Relation<SourceEntity>;

  /** Null if the version has a route. */
  @Column('uuid', { name: 'destination_id', nullable: true })
  destinationId: string | null;

  @ManyToOne(() => DestinationEntity)
  @JoinColumn({ name: 'destination_id', foreignKeyConstraintName: 'subscription_versions_destination_fkey' })
  destination: Relation<DestinationEntity> | null;

  /** Null if the version has a destination. */
  @Column('json', { nullable: true })
  route: RouteEntryRecord[] | null;

  @Column('json')
  events: string[];

  @Column('json', { nullable: true })
  when: SubscriptionVersionRecord['when'];

  @Column('json')
  enrich: string[];

  /** Mapping from an event to a message. Null if the subscription uses the plugin's preset. */
  @Column('json', { nullable: true })
  mapping: SubscriptionVersionRecord['mapping'];

  /** Ordering rule of the deliveries. Null if the subscription keeps no order. */
  @Column('json', { nullable: true })
  ordering: SubscriptionVersionRecord['ordering'];

  @Column('boolean', { default: false })
  supersede: boolean;

  /** Messaging rules. Null for promotional messages without other rules. */
  @Column('json', { nullable: true })
  messaging: SubscriptionVersionRecord['messaging'];

  @Column('bigint', { name: 'from_revision', transformer: bigintAsNumber })
  fromRevision: number;

  @Column('bigint', { name: 'to_revision', nullable: true, transformer: bigintAsNumber })
  toRevision: number | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
