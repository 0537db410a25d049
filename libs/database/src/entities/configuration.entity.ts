import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Single row with the newest revision that any brand has. Each change raises this counter. */
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
