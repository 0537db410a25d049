import type { DeliveryDecision, DeliveryMessaging, DeliveryState, OrderPolicy, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One event × one subscription. What waits and what ended are in partitions of their own. */
@Entity('deliveries')
@Index('deliveries_event_idx', ['eventId'])
@Index('deliveries_destination_idx', ['destinationId', 'id'])
@Index('deliveries_external_idx', ['destinationId', 'externalId'], { where: 'external_id IS NOT NULL' })
export class DeliveryEntity {
  @PrimaryColumn('uuid')
  id: string;

  /** `state` is `scheduled`. */
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

  /** All attempts. */
  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  /** By the database's clock. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  /** The fencing token of whoever holds it. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** Its order key while a worker processes it as the next of that key; unique. */
  @Column('uuid', { name: 'active_key', nullable: true })
  activeKey: string | null;

  /** Marked before the call: a lease that dies with it is unconfirmed. */
  @Column('boolean', { default: false })
  sending: boolean;

  /** What it keeps its order among; null: none is kept. */
  @Column('uuid', { name: 'order_key', nullable: true })
  orderKey: string | null;

  /** When its event occurred, where it keeps an order. */
  @Column('timestamptz', { name: 'order_at', nullable: true })
  orderAt: Date | null;

  @Column('text', { name: 'order_policy', nullable: true })
  orderPolicy: OrderPolicy | null;

  /** True if it was due but others of its order key come first; with a lease: an outdated state. */
  @Column('boolean', { default: false })
  deferred: boolean;

  /** What it keeps of its subscription's messaging rules. */
  @Column('jsonb', { nullable: true })
  messaging: DeliveryMessaging | null;

  /** The delivery of the digest that it became part of. */
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto: string | null;

  @Column('text', { name: 'error_kind', nullable: true })
  errorKind: DeliveryDecision['errorKind'];

  /** The vendor's own id. */
  @Column('text', { name: 'external_id', nullable: true })
  externalId: string | null;

  /** Since when the vendor has it without having decided. */
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
