import { ApiPropertyOptional } from '@nestjs/swagger';
import type { TimeRange } from '@patchbay/core';
import { IsInstant, parseInstant } from '../../http/instant.js';
import { Optional } from '../../http/dto-fields.js';
import { PageQuery } from './page.dto.js';

/** Page and time range of a list. */
export abstract class TimeRangeQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:00:00Z',
    description: 'Received at this time or later. ISO 8601; a date without a time means midnight UTC.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({ type: String, example: '2026-02-01', description: 'Received before this time. ISO 8601.' })
  @Optional()
  @IsInstant()
  readonly to?: string;
}

/** Converts the bounds to milliseconds since the epoch. */
export function timeRange({ from, to }: Pick<TimeRangeQuery, 'from' | 'to'>): TimeRange {
  const start = from === undefined ? undefined : parseInstant(from);
  const end = to === undefined ? undefined : parseInstant(to);
  return { ...(start === undefined ? {} : { from: start }), ...(end === undefined ? {} : { to: end }) };
}

/** Formats milliseconds since the epoch as ISO 8601 in UTC. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Formats a time like {@link isoTime}. Returns null for null. */
export function isoTimeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}
