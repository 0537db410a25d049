import type { AttemptRecord, RetentionDays } from '@patchbay/core';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One attempt of a delivery, with secrets and personal data redacted. */
@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn('uuid', { name: 'delivery_id' })
  deliveryId: string;

  @PrimaryColumn('integer')
  number: number;

  @PrimaryColumn('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs: number;

  @Column('text')
  outcome: AttemptRecord['outcome'];

  @Column('text', { nullable: true })
  message: string | null;

  @Column('text', { name: 'vendor_code', nullable: true })
  vendorCode: string | null;

  /** Method and URL of the request, such as `POST https://…`. */
  @Column('text', { nullable: true })
  request: string | null;

  @Column('json', { nullable: true })
  response: AttemptRecord['response'];
}
