import type { MessageCaps, PrivacyPolicy, RetentionDays } from '@patchbay/core';
import { Column, Entity, Index } from 'typeorm';
import { ManagedColumns } from './managed.columns.js';

/** Brand, which is the tenant of the hub. */
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

  /** Last actor that applied the brand's file: `boot`, or the name of the API key. */
  @Column('text', { name: 'applied_by' })
  appliedBy: string;

  /**
   * True if the brand's file changed in a way that needs a confirmation. Only a person can confirm the change; a start
   * of the hub cannot.
   */
  @Column('boolean', { default: false })
  unconfirmed: boolean;

  /**
   * Recipient resolver and enrichment settings, sealed under `brand/<id>/lookups`. Null if the brand has no such
   * settings.
   */
  @Column('bytea', { name: 'sealed_lookups', nullable: true })
  sealedLookups: Buffer | null;

  /**
   * Revision of the configuration that changed the lookups or resumed a lookup last. Failures of calls that an earlier
   * revision made do not pause a lookup.
   */
  @Column('integer', { name: 'lookups_revision', default: 0 })
  lookupsRevision: number;

  /** Message caps. Null if the number of messages per customer is unlimited. */
  @Column('json', { nullable: true })
  caps: MessageCaps | null;

  /** Data key of the brand, wrapped by the master key. Empty if the brand is deleted. */
  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey: Buffer;
}
