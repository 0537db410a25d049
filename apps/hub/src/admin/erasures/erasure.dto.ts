import { ApiProperty } from '@nestjs/swagger';
import { PageDto } from '../common/page.dto.js';

const STATES = ['running', 'done'] as const;

/** An erasure; once it is done, its receipt. It names no customer. */
export class ErasureDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: STATES,
    description: 'running: there is more to erase, or something is in flight; it goes on by itself.',
  })
  readonly state!: (typeof STATES)[number];

  @ApiProperty({
    description:
      "A hash of the customer under the brand's key: what stays, and what the audit log names the customer by.",
  })
  readonly tombstone!: string;

  @ApiProperty({ description: 'The name of the key that asked for it; `hub` where a deletion event did.' })
  readonly requestedBy!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The deletion event that started it.' })
  readonly eventId!: string | null;

  @ApiProperty({
    format: 'date-time',
    description: 'Events that occurred or were received up to this moment are erased.',
  })
  readonly until!: string;

  @ApiProperty({ type: 'integer', description: 'Events that were erased so far.' })
  readonly events!: number;

  @ApiProperty({ type: 'integer', description: 'Deliveries that waited and were cancelled so far.' })
  readonly deliveries!: number;

  @ApiProperty({ type: 'integer', description: 'Attempts whose recorded answer was erased so far.' })
  readonly attempts!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A page of erasures, the newest first. */
export class ErasurePageDto extends PageDto {
  @ApiProperty({ type: [ErasureDto] })
  readonly data!: readonly ErasureDto[];
}
