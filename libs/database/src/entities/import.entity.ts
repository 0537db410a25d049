import type { Import } from '@patchbay/core';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from './bigint.transformer.js';

/** Import of a file: its progress, and the lease of the process that runs the import. */
@Entity('imports')
@Index('imports_source_idx', ['brandId', 'sourceId', 'id'])
@Index('imports_version_key', ['sourceId', 'fileName', 'version'], { unique: true, where: 'version IS NOT NULL' })
@Index('imports_open_idx', ['nextAt'], { where: 'ended_at IS NULL' })
export class ImportEntity {
  /** Id of the import: a UUIDv7, by which lists are ordered. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'brand_id' })
  brandId: string;

  @Column('uuid', { name: 'source_id' })
  sourceId: string;

  @Column('text', { name: 'file_name' })
  fileName: string;

  @Column('text', { default: 'upload' })
  origin: Import['origin'];

  @Column('text', { nullable: true })
  version: string | null;

  @Column('json', { name: 'file_format' })
  format: Import['format'];

  @Column('bigint', { name: 'size_bytes', transformer: bigintAsNumber })
  sizeBytes: number;

  @Column('text', { nullable: true })
  sha256: string | null;

  @Column('double precision', { name: 'per_second' })
  perSecond: number;

  @Column('boolean')
  recovered: boolean;

  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('text')
  state: Import['state'];

  @Column('bigint', { name: 'received_bytes', default: 0, transformer: bigintAsNumber })
  receivedBytes: number;

  @Column('json')
  position: Import['position'];

  @Column('json')
  counts: Import['counts'];

  @Column('json')
  problems: Import['problems'];

  @Column('text', { nullable: true })
  reason: string | null;

  /** Earliest time of the next turn, by PostgreSQL's clock. */
  @Column('timestamptz', { name: 'next_at', default: () => 'now()' })
  nextAt: Date;

  /** Fencing token of the process that holds the lease. Null if no process runs the import. */
  @Column('uuid', { name: 'lease_token', nullable: true })
  leaseToken: string | null;

  /** End of the lease, by PostgreSQL's clock. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  /** Time of the last uploaded chunk or stored batch. A claim does not change this time. */
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
