import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Dedupe key of an event. Kept for at least 30 days. */
@Entity('ingest_keys')
@Index('ingest_keys_event_idx', ['eventId'])
export class IngestKeyEntity {
  @PrimaryColumn('uuid')
  key: string;

  @Column('uuid', { name: 'event_id' })
  eventId: string;
}
