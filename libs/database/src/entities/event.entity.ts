import type { NewEvent, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** An immutable record that something happened. */
@Entity('events')
@Index('events_type_idx', ['brandId', 'type', 'id'])
@Index('events_quarantined_idx', ['brandId', 'id'], { where: 'quarantine_reason IS NOT NULL' })
export class EventEntity {
  /** Before the id: so the primary key serves the brand's list, too. Who looks for an event has to say whose it is. */
  @PrimaryColumn('uuid', { name: 'brand_id' })
  brandId: string;

  /** UUIDv7 of the time of receipt: says the partition's day. */
  @PrimaryColumn('uuid')
  id: string;

  @PrimaryColumn('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  /** The configuration it was routed by. */
  @Column('bigint', { name: 'config_revision', transformer: bigintAsNumber })
  configRevision: number;

  @Column('text')
  type: string;

  @Column('text', { name: 'source_event_id' })
  sourceEventId: string;

  /** The customer it is about. */
  @Column('text', { name: 'customer_id', nullable: true })
  customerId: string | null;

  /** Everybody else it names, as `event_customers` has them; null where there is nobody. */
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

  /** Its content was erased: a customer it names was forgotten. */
  @Column('timestamptz', { name: 'erased_at', nullable: true })
  erasedAt: Date | null;
}
