import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** Person whom the identity provider has identified. No other table contains the name or the subject of a person. */
@Entity('people')
@Unique('people_subject_key', ['issuer', 'subject'])
export class PersonEntity {
  /** Id of the person: a UUIDv7, by which lists are ordered. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  issuer: string;

  @Column('text')
  subject: string;

  /** Display name. Null if the provider sent none. */
  @Column('text', { nullable: true })
  name: string | null;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;

  /** Null if the person may use the hub. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;
}
