import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.js';

/** One-time sign-in link of the console. Only the hash of the link's token is stored. */
@Entity('sign_in_links')
@Index('sign_in_links_key_idx', ['keyId'])
export class SignInLinkEntity {
  @PrimaryColumn('bytea')
  hash: Buffer;

  /** Id of the key that made the link. Null for PATCHBAY_ADMIN_KEY. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId: string | null;

  @ManyToOne(() => ApiKeyEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'key_id', foreignKeyConstraintName: 'sign_in_links_key_fkey' })
  key: Relation<ApiKeyEntity> | null;

  /** Proof that PATCHBAY_ADMIN_KEY made the link. Null for a key with an id. */
  @Column('bytea', { name: 'bootstrap_proof', nullable: true })
  bootstrapProof: Buffer | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
