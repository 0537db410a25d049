import type { NewEvent, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Event: an immutable record that something happened. */
@Entity('events')
@Index('events_type_idx', ['brandId', 'type', 'id'])
@Index('events_quarantined_idx', ['brandId', 'id'], { where: 'quarantine_reason IS NOT NULL' })
export class EventEntity {
  /**
   * First column of the primary key, which therefore also serves the brand's list. A lookup by id must name the brand.
   */
  @PrimaryColumn('uuid', { name: 'brand_id' })
  brandId: string;

  /** UUIDv7 with the time of receipt, which determines the partition. */
  @PrimaryColumn('uuid')
  id: string;

  @PrimaryColumn('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  /** Configuration revision by which the event was routed. */
  @Column('bigint', { name: 'config_revision', transformer: bigintAsNumber })
  configRevision: number;

  @Column('text')
  type: string;

  @Column('text', { name: 'source_event_id' })
  sourceEventId: string;

  /** Customer that the event is about. */
  @Column('text', { name: 'customer_id', nullable: true })
  customerId: string | null;

  /**
   * Customers that the event names in addition to its first customer, as in `event_customers`. Null if there are no
   * others.
   */
  @Column('text', { name: 'other_customer_ids', array: true, nullable: true })
  otherCustomerIds: string[] | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('json')
  attributes: NewEvent['attributes'];

  @Column('json')
  data: NewEvent['data'];

  @Column('bytea', { nullable: true })
  sealed: Buffer | null;

  @Column('text', { name: 'quarantine_reason', nullable: true })
  quarantineReason: string | null;

  /** Time at which the content was erased, because a customer that the event names was erased. Null if it was not. */
  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt: Date | null;
}
