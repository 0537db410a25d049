import type { MessageCaps, PrivacyPolicy, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index } from 'typeorm';
import { ManagedColumns } from './managed.columns.js';

/** A tenant. */
@Entity('brands')
@Index('brands_name_key', ['name'], { unique: true, where: 'deleted_at IS NULL' })
export class BrandEntity extends ManagedColumns {
  @Column('text')
  timezone: string;

  @Column('json')
  privacy: PrivacyPolicy;

  @Column('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;

  @Column('json', { name: 'recipient_order' })
  recipientOrder: ('event' | 'enriched' | 'resolver')[];

  /** Who applied its file last: `boot`, or whoever applied over the API. */
  @Column('text', { name: 'applied_by' })
  appliedBy: string;

  /** Its file changed in a way that needs a confirmation, which a boot cannot give. */
  @Column('boolean', { default: false })
  unconfirmed: boolean;

  /** Sealed under `brand/<id>/lookups`; null where the brand's own systems are not asked. */
  @Column('bytea', { name: 'sealed_lookups', nullable: true })
  sealedLookups: Buffer | null;

  /** Null: customers may get any number of messages. */
  @Column('json', { nullable: true })
  caps: MessageCaps | null;

  /** The brand's data key under the master key; empty once the brand is deleted. */
  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey: Buffer;
}
