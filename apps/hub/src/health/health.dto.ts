import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Answer of a process whose event loop works. */
export class LivenessDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status!: 'ok';

  @ApiProperty({
    format: 'double',
    description: 'Longest time for which the event loop was blocked in the last 15 seconds, in seconds.',
  })
  readonly eventLoopStallSeconds!: number;
}

/** Deliveries of all brands that are due. */
export class DueDeliveriesDto {
  @ApiProperty({
    type: 'integer',
    description: 'Number of due deliveries. Each destination counts at most 100,000 deliveries.',
  })
  readonly due!: number;

  @ApiProperty({
    type: Number,
    format: 'double',
    nullable: true,
    description:
      'Time since the oldest due delivery became due, in seconds, without paused destinations. Null if none is due.',
  })
  readonly oldestDueSeconds!: number | null;
}

/** Connections to PostgreSQL. */
export class DatabaseConnectionsDto {
  @ApiProperty({ type: 'integer', description: 'Maximum number of connections that this process opens.' })
  readonly process!: number;

  @ApiProperty({ type: 'integer', description: 'Number of connections that the server has now, of all its clients.' })
  readonly used!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Maximum number of connections of the server, without the ones reserved for administrators.',
  })
  readonly available!: number;
}

/** Read replica for lists and counts. */
export class ReplicaDto {
  @ApiProperty({
    enum: ['in_use', 'behind', 'unavailable', 'unsuitable'],
    description: 'Lists and counts are read from the replica if `in_use`, otherwise from the primary.',
  })
  readonly state!: 'in_use' | 'behind' | 'unavailable' | 'unsuitable';

  @ApiProperty({
    type: Number,
    format: 'double',
    nullable: true,
    description: 'Maximum age of the data of the replica in seconds. Null if it is unknown.',
  })
  readonly lagSeconds!: number | null;
}

/** Answer of a process that stores and delivers events. */
export class ReadinessDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status!: 'ok';

  @ApiProperty({
    enum: ['shared', 'local'],
    description: '`local` if the queue is unavailable, so each worker finds its deliveries in the database.',
  })
  readonly queue!: 'shared' | 'local';

  @ApiProperty({
    format: 'double',
    description: 'Clock of this host minus the clock of PostgreSQL, which the hub uses, in seconds.',
  })
  readonly clockOffsetSeconds!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Reason why this process deletes no data by age. Null if this process or another process deletes data.',
  })
  readonly retentionBlockedBy!: string | null;

  @ApiProperty({
    type: DatabaseConnectionsDto,
    nullable: true,
    description:
      'Connections to PostgreSQL: of this process, and of the whole server. Null if PostgreSQL did not return the ' +
      'numbers within a second.',
  })
  readonly databaseConnections!: DatabaseConnectionsDto | null;

  @ApiProperty({
    type: DueDeliveriesDto,
    nullable: true,
    description:
      'Deliveries that are due, at most 10 seconds old. Null if PostgreSQL did not return them within a second.',
  })
  readonly backlog!: DueDeliveriesDto | null;

  @ApiPropertyOptional({
    type: ReplicaDto,
    description: 'State of the read replica at the last measurement. Omitted without a replica.',
  })
  readonly replica?: ReplicaDto;

  @ApiPropertyOptional({
    description:
      'Problem of the configuration, without names. Omitted if there is no problem. The hub works even with such a ' +
      'problem.',
  })
  readonly configuration?: string;
}
