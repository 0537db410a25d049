import type { NewAuditEntry } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that was done. The table only grows: a trigger sees to it. */
@Entity('audit_entries')
@Index('audit_entries_brand_idx', ['brandId', 'id'])
export class AuditEntryEntity {
  /** A UUIDv7: the order of lists. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('timestamptz')
  at: Date;

  @Column('text')
  actor: string;

  /** No foreign key: keys go, entries stay. */
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
