import type { DestinationLimitsSpec, DestinationMessagingSpec, DestinationRecord, RetryPolicy } from '@patchbay/core';
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BrandEntity } from './brand.entity.js';
import { ManagedColumns } from './managed.columns.js';

/** Destination: a brand's configured instance of a destination type. */
@Entity('destinations')
@Index('destinations_brand_name_key', ['brandId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class DestinationEntity extends ManagedColumns {
  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @ManyToOne(() => BrandEntity)
  @JoinColumn({ name: 'brand_id', foreignKeyConstraintName: 'destinations_brand_fkey' })
  brand: Relation<BrandEntity>;

  @Column('text')
  type: string;

  /** Credentials, sealed under `destination/<id>/credentials`. */
  @Column('bytea', { name: 'sealed_credentials' })
  sealedCredentials: Buffer;

  @Column('json')
  settings: DestinationRecord['settings'];

  /** Version of the plugin's settings class for which the settings were saved. */
  @Column('integer', { name: 'settings_version', default: 1 })
  settingsVersion: number;

  @Column('json')
  limits: DestinationLimitsSpec;

  @Column('json')
  retry: RetryPolicy;

  /** Messaging rules. Null if the destination has none. */
  @Column('json', { nullable: true })
  messaging: DestinationMessagingSpec | null;

  /** Version of the destination, increased by every change. */
  @Column('integer')
  version: number;

  /** Version number from which the token in the callback URL is derived. */
  @Column('integer', { name: 'callback_version', default: 1 })
  callbackVersion: number;

  /** Time until which the previous callback URL stays valid. Null if the URL was never rotated. */
  @Column('timestamptz', { name: 'callback_previous_until', nullable: true })
  callbackPreviousUntil: Date | null;
}
