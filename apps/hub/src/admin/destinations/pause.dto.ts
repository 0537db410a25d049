import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE } from '../../http/one-line.js';
import { Optional } from '../../http/optional.js';

/** Why a destination is to be paused. */
export class PauseDto {
  @ApiPropertyOptional({
    maxLength: 500,
    example: 'the vendor moves house',
    description: 'Shown wherever it is paused.',
  })
  @Optional()
  @IsString()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: 'reason must be one line without control characters' })
  readonly reason?: string;
}
