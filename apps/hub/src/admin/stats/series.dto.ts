import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_SERIES_MS, SERIES_STEP_MS, type SeriesPoint, type SeriesStep } from '@patchbay/core';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { IsInstant, parseInstant } from '../../http/instant.js';
import { ProblemError } from '../../http/problem.js';
import { FilterText } from '../common/filter-text.decorator.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';
import { DeliveryOutcomesDto } from '../common/delivery-outcomes.dto.js';

const STEPS: Readonly<Record<'1m' | '1h', SeriesStep>> = { '1m': 'minute', '1h': 'hour' };
/** Range of a series without `from`, in milliseconds. */
const DEFAULT_RANGE_MS: Readonly<Record<SeriesStep, number>> = { minute: 3_600_000, hour: 86_400_000 };

/** Selection of a series. */
export class SeriesRequestQuery {
  @ApiPropertyOptional({ enum: ['1m', '1h'], default: '1m', description: 'Length of a step.' })
  @Optional()
  @IsIn(['1m', '1h'])
  readonly step: '1m' | '1h' = '1m';

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Start. ISO 8601. Default: 1 hour before `to`, or 24 hours for `1h`.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'End. ISO 8601. Default: now. At most 24 hours after `from`, or 62 days for `1h`.',
  })
  @Optional()
  @IsInstant()
  readonly to?: string;

  @ApiPropertyOptional({ example: 'sms', description: 'Count only deliveries of this destination.' })
  @FilterText()
  readonly destination?: string;
}

/** Counts of one step of a series. */
export class SeriesPointDto extends DeliveryOutcomesDto {
  @ApiProperty({ format: 'date-time', description: 'Start of the step.' })
  readonly at!: string;

  @ApiProperty({ description: 'Events that were received in the step and could be read.' })
  readonly accepted!: number;

  @ApiProperty({ description: 'Events that were received in the step and could not be read.' })
  readonly quarantined!: number;
}

/** Time series of events and deliveries. */
export class SeriesDto {
  @ApiProperty({ format: 'date-time' })
  readonly from!: string;

  @ApiProperty({ format: 'date-time' })
  readonly to!: string;

  @ApiProperty({ enum: ['1m', '1h'] })
  readonly step!: '1m' | '1h';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'End of the newest counted period. Null if nothing was counted yet. After a pause of all workers, older minutes ' +
      'follow within 90 minutes.',
  })
  readonly countedUntil!: string | null;

  @ApiProperty({
    type: [SeriesPointDto],
    description: 'One point per step, oldest first, also for steps without data.',
  })
  readonly points!: readonly SeriesPointDto[];
}

/** Range of a series: whole steps, in milliseconds since the epoch. */
export interface SeriesRange {
  readonly step: SeriesStep;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the range of a series, extended to whole steps.
 * @param now milliseconds since the epoch
 * @throws ProblemError 400 if the range is empty or too long
 */
export function seriesRange(query: SeriesRequestQuery, now: number): SeriesRange {
  const step = STEPS[query.step];
  const length = SERIES_STEP_MS[step];
  const end = query.to === undefined ? now : (parseInstant(query.to) ?? now);
  const start = query.from === undefined ? end - DEFAULT_RANGE_MS[step] : (parseInstant(query.from) ?? end);
  if (start >= end) throw invalidRange('must be before `to`');
  if (end - start > MAX_SERIES_MS[step]) {
    const longest = MAX_SERIES_MS[step] / 3_600_000;
    throw invalidRange(`must be at most ${longest} hours before \`to\` for the step ${query.step}`);
  }
  return { step, from: Math.floor(start / length) * length, to: Math.ceil(end / length) * length };
}

function invalidRange(detail: string): ProblemError {
  return new ProblemError(400, 'The range is invalid. Correct the parameters in `errors`.', [
    { field: 'from', detail },
  ]);
}

/** Builds the API view of a series. */
export function seriesView(
  { from, to }: SeriesRange,
  step: '1m' | '1h',
  countedUntil: number | null,
  points: readonly SeriesPoint[],
): SeriesDto {
  return {
    from: isoTime(from),
    to: isoTime(to),
    step,
    countedUntil: isoTimeOrNull(countedUntil),
    points: points.map((point) => ({ ...point, at: isoTime(point.at) })),
  };
}
