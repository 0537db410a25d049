import type { ConfigurationChange } from '@patchbay/core';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Change of the configuration: its actor, its time and the names of the changed fields, never their values. */
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
