import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.js';
import { PersonEntity } from './person.entity.js';

/** Session of the console. Only the hash of the session's token is stored. */
@Entity('sessions')
@Index('sessions_key_idx', ['keyId'])
export class SessionEntity {
  @PrimaryColumn('bytea')
  hash: Buffer;

  /** Id of the key that signed in. Null for PATCHBAY_ADMIN_KEY and for people. */
  @Column('uuid', { name: 'key_id', nullable: true })
  keyId: string | null;

  @ManyToOne(() => ApiKeyEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'key_id', foreignKeyConstraintName: 'sessions_key_fkey' })
  key: Relation<ApiKeyEntity> | null;

  /** Proof that PATCHBAY_ADMIN_KEY signed in. Null for a key with an id, and empty for people. */
  @Column('bytea', { name: 'bootstrap_proof', nullable: true })
  bootstrapProof: Buffer | null;

  /** Id of the person who signed in. Null for keys. */
  @Column('uuid', { name: 'person_id', nullable: true })
  personId: string | null;

  @ManyToOne(() => PersonEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'person_id', foreignKeyConstraintName: 'sessions_person_fkey' })
  person: Relation<PersonEntity> | null;

  /** Values of the person's roles claim that rules name. Null for keys. */
  @Column('text', { name: 'role_values', array: true, nullable: true })
  roleValues: string[] | null;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  @Column('timestamptz', { name: 'latest_ends_at' })
  latestEndsAt: Date;
}
