import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Single row with the hub's own data key. */
@Entity('hub_key')
export class HubKeyEntity {
  /** Always 1. */
  @PrimaryColumn('smallint')
  id: number;

  /** Data key, wrapped by the master key. */
  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey: Buffer;
}
