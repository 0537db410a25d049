import type { ManagedBy } from '@patchbay/core';
import { Column, CreateDateColumn, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** What every configured object has: a name, an owner, and whether it is in force. */
export abstract class ManagedColumns {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'managed_by' })
  managedBy: ManagedBy;

  @Column('text', { nullable: true })
  file: string | null;

  /** It vanished from its file. */
  @Column('boolean', { default: false })
  disabled: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;

  /** Kept as long as deliveries may name it. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
