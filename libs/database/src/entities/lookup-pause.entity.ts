import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BrandEntity } from './brand.entity.js';

/** Pause of a lookup in a brand's own systems. */
@Entity('lookup_pauses')
export class LookupPauseEntity {
  @PrimaryColumn('uuid', { name: 'brand_id' })
  brandId: string;

  @ManyToOne(() => BrandEntity)
  @JoinColumn({ name: 'brand_id', foreignKeyConstraintName: 'lookup_pauses_brand_fkey' })
  brand: Relation<BrandEntity>;

  /** Name of the lookup: `recipients.resolver`, or `enrichment.` and the name of an enrichment. */
  @PrimaryColumn('text')
  lookup: string;

  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'paused_at' })
  pausedAt: Date;

  /**
   * End of the pause; null while the lookup is paused. The row is kept for a minute after its end, until every process
   * knows about the end.
   */
  @Column('timestamptz', { name: 'resumed_at', nullable: true })
  resumedAt: Date | null;
}
