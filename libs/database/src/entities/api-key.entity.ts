import type { KeyRole } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What opens the admin API, or a source. Of the key itself only its hash. */
@Entity('api_keys')
@Index('api_keys_hash_key', ['hash'], { unique: true })
export class ApiKeyEntity {
  /** A UUIDv7: the order of lists. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('bytea')
  hash: Buffer;

  @Column('text')
  hint: string;

  @Column('text')
  name: string;

  @Column('text')
  role: KeyRole;

  /** Null: for all brands. */
  @Column('uuid', { name: 'brand_ids', array: true, nullable: true })
  brandIds: string[] | null;

  @Column('boolean')
  reveal: boolean;

  @Column('text', { name: 'created_by' })
  createdBy: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;
}
