import type { NewAuditEntry } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Audit log entry. A trigger makes the table append-only. */
@Entity('audit_entries')
@Index('audit_entries_brand_idx', ['brandId', 'id'])
export class AuditEntryEntity {
  /** Id of the entry: a UUIDv7, by which lists are ordered. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('timestamptz')
  at: Date;

  @Column('text')
  actor: string;

  /** Id of the actor's API key. There is no foreign key, because entries outlive API keys. */
  @Column('uuid', { name: 'actor_key_id', nullable: true })
  actorKeyId: string | null;

  @Column('text')
  action: string;

  @Column('uuid', { name: 'brand_id', nullable: true })
  brandId: string | null;

  @Column('text')
  target: string;

  @Column('json', { nullable: true })
  before: NewAuditEntry['before'];

  @Column('json', { nullable: true })
  after: NewAuditEntry['after'];
}
