import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.js';

/** Session of the console. Only the hash of the session's token is stored. */
@Entity('sessions')
@Index('sessions_key_idx', ['keyId'])
export class SessionEntity {
  @PrimaryColumn('bytea')
  hash: Buffer;

  /** Id of the key that signed in. Null for PATCHBAY_ADMIN_KEY. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId: string | null;

  @ManyToOne(() => ApiKeyEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'key_id', foreignKeyConstraintName: 'sessions_key_fkey' })
  key: Relation<ApiKeyEntity> | null;

  /** Proof that PATCHBAY_ADMIN_KEY signed in. Null for a key with an id. */
  @Column('bytea', { name: 'bootstrap_proof', nullable: true })
  bootstrapProof: Buffer | null;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'latest_ends_at' })
  latestEndsAt: Date;
}
