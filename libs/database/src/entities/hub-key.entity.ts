import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that holds the hub's own data key. */
@Entity('hub_key')
export class HubKeyEntity {
  /** Always 1. */
  @PrimaryColumn('smallint')
  id: number;

  /** Under the master key. */
  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey: Buffer;
}
