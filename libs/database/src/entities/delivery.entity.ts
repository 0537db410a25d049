import type { DeliveryDecision, DeliveryMessaging, DeliveryState, OrderPolicy, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Delivery: one event for one subscription. Waiting and ended deliveries are in separate partitions. */
@Entity('deliveries')
@Index('deliveries_event_idx', ['eventId'])
@Index('deliveries_destination_idx', ['destinationId', 'id'])
@Index('deliveries_external_idx', ['destinationId', 'externalId'], { where: 'external_id IS NOT NULL' })
export class DeliveryEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** True if `state` is `scheduled`. */
  @Column('boolean')
  waiting: boolean;

  @Column('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;

  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;

  @Column('uuid', { name: 'subscription_id' })
  subscriptionId: string;

  @Column('uuid', { name: 'subscription_version_id' })
  subscriptionVersionId: string;

  @Column('uuid', { name: 'destination_id' })
  destinationId: string;

  @Column('text', { name: 'event_type' })
  eventType: string;

  @Column('text', { name: 'customer_id', nullable: true })
  customerId: string | null;

  @Column('text')
  state: DeliveryState;

  @Column('text', { nullable: true })
  reason: string | null;

  /** Attempts counted against the retry schedule. */
  @Column('integer', { name: 'counted_attempts', default: 0 })
  countedAttempts: number;

  /** Number of all attempts. */
  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  /** End of the lease, by PostgreSQL's time. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  /** Fencing token of the lease's holder. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /**
   * Order key, while a worker processes this delivery as the next delivery of the key. Unique, so that only one
   * delivery per key is active.
   */
  @Column('uuid', { name: 'active_key', nullable: true })
  activeKey: string | null;

  /** True while an attempt may be in progress. If the lease then expires, the delivery becomes unconfirmed. */
  @Column('boolean', { default: false })
  sending: boolean;

  /** Key within which deliveries keep their order. Null if the delivery has no ordering. */
  @Column('uuid', { name: 'order_key', nullable: true })
  orderKey: string | null;

  /** Time of the event, used to order the deliveries of one key. Null if the delivery has no ordering. */
  @Column('timestamptz', { name: 'order_at', nullable: true })
  orderAt: Date | null;

  @Column('text', { name: 'order_policy', nullable: true })
  orderPolicy: OrderPolicy | null;

  /**
   * True if the delivery is due but earlier deliveries of its order key come first. Outdated if the delivery has a
   * lease.
   */
  @Column('boolean', { default: false })
  deferred: boolean;

  /** Delivery's copy of its subscription's messaging rules. Null if the subscription has none. */
  @Column('jsonb', { nullable: true })
  messaging: DeliveryMessaging | null;

  /** Delivery of the digest that contains this delivery. Null if this delivery was not merged. */
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto: string | null;

  @Column('text', { name: 'error_kind', nullable: true })
  errorKind: DeliveryDecision['errorKind'];

  /** Vendor's id of the message. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  /** Time since which the vendor has had the message without a final status. */
  @Column('timestamptz', { name: 'pending_since', nullable: true })
  pendingSince: Date | null;

  @Column('text', { name: 'vendor_status', nullable: true })
  vendorStatus: string | null;

  @Column('timestamptz', { name: 'vendor_status_at', nullable: true })
  vendorStatusAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
