import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a duplicate is known by. Kept at least 30 days. */
@Entity('ingest_keys')
@Index('ingest_keys_event_idx', ['eventId'])
export class IngestKeyEntity {
  @PrimaryColumn('uuid')
  key: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;
}
