import type { KeyRole } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** API key for the admin API or a source. Only the hash of the key is stored. */
@Entity('api_keys')
@Index('api_keys_hash_key', ['hash'], { unique: true })
export class ApiKeyEntity {
  /** Id of the key: a UUIDv7, by which lists are ordered. */
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

  /** Ids of the brands that the key may access. Null if the key may access all brands. */
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
