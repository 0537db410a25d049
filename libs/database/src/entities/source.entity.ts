import type { ImportOrigin, JsonAdapterPaths, SourceFilesSpec, SourceLimitsSpec } from '@patchbay/core';
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

  @Column('json', { nullable: true })
  files: Omit<SourceFilesSpec, 'from'> | null;

  /** Place of files (`files.from`) as JSON, sealed under `source/<id>/place`. Null if the source watches no place. */
  @Column('bytea', { name: 'sealed_place', nullable: true })
  sealedPlace: Buffer | null;

  /** Origin of the files of the place. Null if the source watches no place. */
  @Column('text', { name: 'place_origin', nullable: true })
  placeOrigin: ImportOrigin | null;
}
