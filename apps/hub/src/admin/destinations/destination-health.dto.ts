import { ApiProperty } from '@nestjs/swagger';
import type { StoredHealth } from '@patchbay/core';
import { isoTimeOrNull } from '../common/time-range.dto.js';

const BREAKER_STATES = ['closed', 'open', 'half_open'] as const satisfies readonly StoredHealth['circuitBreaker'][];

/** Health of a destination. At most a few seconds old. */
export class DestinationHealthDto {
  @ApiProperty({
    enum: BREAKER_STATES,
    description:
      '`closed`: healthy. `open`: nothing is sent, because the destination fails or throttles. `half_open`: single ' +
      'calls probe whether it works again.',
  })
  readonly circuitBreaker!: StoredHealth['circuitBreaker'];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Time of the next probe.' })
  readonly openUntil!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time since which every call failed. Null while the circuit breaker is closed.',
  })
  readonly failingSince!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time of the last message that the vendor accepted. Null if there was none.',
  })
  readonly lastSuccessAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Time of the last call that failed because of the destination: transient, unconfirmed, throttled or credentials. ' +
      'Null if there was none.',
  })
  readonly lastFailureAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'Number of such failures since the last success.' })
  readonly failuresInARow!: number;
}

/** Builds the API view of a destination's health. */
export function healthView(health: StoredHealth): DestinationHealthDto {
  return {
    circuitBreaker: health.circuitBreaker,
    openUntil: isoTimeOrNull(health.openUntil),
    failingSince: isoTimeOrNull(health.failingSince),
    lastSuccessAt: isoTimeOrNull(health.lastSuccessAt),
    lastFailureAt: isoTimeOrNull(health.lastFailureAt),
    failuresInARow: health.failuresInARow,
  };
}
