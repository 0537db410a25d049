import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Answer of a process that works. */
export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  readonly status!: 'ok';
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

/** Answer of a process that stores and delivers events. */
export class ReadinessDto extends HealthDto {
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

  @ApiProperty({ description: 'Connections to PostgreSQL: of this process, and of the whole server.' })
  readonly databaseConnections!: DatabaseConnectionsDto;

  @ApiPropertyOptional({
    description:
      'Problem of the configuration, without names. Omitted if there is no problem. The hub works even with such a ' +
      'problem.',
  })
  readonly configuration?: string;
}
