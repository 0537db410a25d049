import type { Replay, ReplaySkips } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Replay: its filter, its progress, and the lease of the worker that runs the replay. */
@Entity('replays')
@Index('replays_brand_idx', ['brandId', 'id'])
@Index('replays_open_idx', ['nextAt'], { where: 'ended_at IS NULL' })
export class ReplayEntity {
  /**
   * Id of the replay: a UUIDv7, by which lists are ordered. The ids of the replay's deliveries have the millisecond of
   * this id.
   */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @Column('text')
  state: Replay['state'];

  @Column('text')
  mapping: Replay['mapping'];

  @Column('json')
  filter: Replay['filter'];

  @Column('boolean', { name: 'include_succeeded', default: true })
  includeSucceeded: boolean;

  @Column('double precision', { name: 'rate_per_second', nullable: true })
  ratePerSecond: number | null;

  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('integer')
  expected: number;

  @Column('boolean', { name: 'expected_is_exact' })
  expectedIsExact: boolean;

  /** Event id at which the replay continues. Null at the start and after the end of the replay. */
  @Column('uuid', { nullable: true })
  cursor: string | null;

  @Column('integer', { default: 0 })
  scanned: number;

  @Column('integer', { default: 0 })
  created: number;

  /** Number of skipped events by reason. Rows that an older version wrote lack newer reasons. */
  @Column('json')
  skipped: Partial<ReplaySkips>;

  @Column('timestamptz', { name: 'next_at' })
  nextAt: Date;

  /** Fencing token of the worker that holds the lease. Null if no worker runs the replay. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** End of the lease, by PostgreSQL's clock. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** Time of the last progress. A claim does not change this time. */
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
