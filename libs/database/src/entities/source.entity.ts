import type { JsonAdapterPaths, SourceLimitsSpec } from '@patchbay/core';
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BrandEntity } from './brand.entity.js';
import { ManagedColumns } from './managed.columns.js';

/** Source, to which senders post a brand's events. */
@Entity('sources')
@Index('sources_brand_name_key', ['brandId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
@Index('sources_deleted_idx', ['brandId'], { where: 'deleted_at IS NOT NULL' })
export class SourceEntity extends ManagedColumns {
  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @ManyToOne(() => BrandEntity)
  @JoinColumn({ name: 'brand_id', foreignKeyConstraintName: 'sources_brand_fkey' })
  brand: Relation<BrandEntity>;

  @Column('text')
  adapter: string;

  /** Authentication settings, sealed under `source/<id>/auth`. */
  @Column('bytea', { name: 'sealed_auth' })
  sealedAuth: Buffer;

  @Column('json', { nullable: true })
  paths: JsonAdapterPaths | null;

  @Column('text', { nullable: true })
  customer: string | null;

  @Column('json', { nullable: true })
  limits: SourceLimitsSpec | null;
}
