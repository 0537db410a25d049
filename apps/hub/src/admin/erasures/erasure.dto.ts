import { ApiProperty } from '@nestjs/swagger';
import type { Erasure } from '@patchbay/core';
import { PageDto } from '../common/page.dto.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

const STATES = ['running', 'done'] as const;

/** An erasure. After it is done, this object is the receipt. It does not name the customer. */
export class ErasureDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: STATES,
    description: '`running`: data is left to erase, or a delivery is in flight. The hub continues by itself.',
  })
  readonly state!: (typeof STATES)[number];

  @ApiProperty({
    description:
      "Hash of the customer id under the brand's key. It remains stored, and the audit log uses it instead of the id.",
  })
  readonly tombstone!: string;

  @ApiProperty({ description: 'Name of the key or person that requested the erasure. `hub` if a deletion event did.' })
  readonly requestedBy!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Id of the deletion event that started the erasure. Null if there was none.',
  })
  readonly eventId!: string | null;

  @ApiProperty({
    format: 'date-time',
    description: 'Events that occurred or were received up to this time are erased.',
  })
  readonly until!: string;

  @ApiProperty({ type: 'integer', description: 'Number of erased events so far.' })
  readonly events!: number;

  @ApiProperty({ type: 'integer', description: 'Number of cancelled deliveries so far.' })
  readonly deliveries!: number;

  @ApiProperty({ type: 'integer', description: 'Number of attempts whose recorded response was erased so far.' })
  readonly attempts!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** A page of erasures, newest first. */
export class ErasurePageDto extends PageDto {
  @ApiProperty({ type: [ErasureDto] })
  readonly data!: readonly ErasureDto[];
}

/** Builds the API view of an erasure. */
export function erasureView(erasure: Erasure): ErasureDto {
  return {
    id: erasure.id,
    state: erasure.state,
    tombstone: erasure.customerHash,
    requestedBy: erasure.requestedBy,
    eventId: erasure.eventId,
    until: isoTime(erasure.until),
    events: erasure.events,
    deliveries: erasure.deliveries,
    attempts: erasure.attempts,
    createdAt: isoTime(erasure.createdAt),
    endedAt: isoTimeOrNull(erasure.endedAt),
  };
}
