import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** The one row that says which configuration is in force. Every group commit reads it. */
@Entity('configuration')
export class ConfigurationEntity {
  /** Always 1. */
  @PrimaryColumn('smallint')
  id: number;

  @Column('bigint', { transformer: bigintAsNumber })
  revision: number;

  /** Keyed hash of the files that were applied last, resolved secrets included. */
  @Column('text', { name: 'applied_hash', nullable: true })
  appliedHash: string | null;
}
