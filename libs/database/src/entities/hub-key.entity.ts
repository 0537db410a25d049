import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Single row that contains the hub's own data key. */
@Entity('hub_key')
export class HubKeyEntity {
  /** Id of the single row; always 1. */
  @PrimaryColumn('smallint')
  id: number;

  /** Data key of the hub, wrapped by the master key. */
  @Column('bytea', { name: 'wrapped_key' })
  wrappedKey: Buffer;
}
