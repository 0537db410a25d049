import type { ConfigurationChange } from '@patchbay/core';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Configuration change: actor, time and the names of changed fields, never values. */
@Entity('configuration_revisions')
export class ConfigurationRevisionEntity {
  @PrimaryColumn('bigint', { transformer: bigintAsNumber })
  revision: number;

  @CreateDateColumn({ type: 'timestamptz' })
  at: Date;

  @Column('text')
  actor: string;

  @Column('json')
  summary: readonly ConfigurationChange[];
}
