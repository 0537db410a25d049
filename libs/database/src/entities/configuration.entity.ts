import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Single row that contains the configuration revision in force. Every group commit reads this row. */
@Entity('configuration')
export class ConfigurationEntity {
  /** Id of the single row; always 1. */
  @PrimaryColumn('smallint')
  id: number;

  @Column('bigint', { transformer: bigintAsNumber })
  revision: number;

  /** Keyed hash of the files applied last, including resolved secrets. */
  @Column('text', { name: 'applied_hash', nullable: true })
  appliedHash: string | null;
}
