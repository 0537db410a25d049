import type { ManagedBy } from '@patchbay/core';
import { Column, CreateDateColumn, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** Columns that every configured object has. */
export abstract class ManagedColumns {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'managed_by' })
  managedBy: ManagedBy;

  @Column('text', { nullable: true })
  file: string | null;

  /** True if the object was removed from its file. */
  @Column('boolean', { default: false })
  disabled: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;

  /** Time of deletion. The row is kept while deliveries may reference the object. Null if the object is not deleted. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}
