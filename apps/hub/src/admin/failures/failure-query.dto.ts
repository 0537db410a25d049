import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IsInstant } from '../../http/instant.js';
import { Optional } from '../../http/dto-fields.js';
import { FilterTexts } from '../common/filter-text.decorator.js';

/** Filter of failures. */
export class FailureQuery {
  @ApiPropertyOptional({ type: [String], example: ['sms'], description: 'Names of destinations; any matches.' })
  @FilterTexts()
  readonly destination?: readonly string[];

  @ApiPropertyOptional({
    type: String,
    example: '2026-01-31T08:00:00Z',
    description: 'Received at this time or later. ISO 8601. 24 hours ago by default.',
  })
  @Optional()
  @IsInstant()
  readonly from?: string;

  @ApiPropertyOptional({ type: String, example: '2026-02-01', description: 'Received before this time. ISO 8601.' })
  @Optional()
  @IsInstant()
  readonly to?: string;

  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 200,
    default: 100,
    description: 'Maximum number of causes.',
  })
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit: number = 100;
}
