import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { BrandEntity } from './brand.entity.js';
import { ManagedColumns } from './managed.columns.js';

/** Permanent part of a subscription. The settings of the subscription are in its versions. */
@Entity('subscriptions')
@Index('subscriptions_brand_name_key', ['brandId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class SubscriptionEntity extends ManagedColumns {
  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @ManyToOne(() => BrandEntity)
  @JoinColumn({ name: 'brand_id', foreignKeyConstraintName: 'subscriptions_brand_fkey' })
  brand: Relation<BrandEntity>;
}
