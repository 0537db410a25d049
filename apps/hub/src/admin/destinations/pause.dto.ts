import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE } from '../../http/one-line.js';
import { Optional } from '../../http/optional.js';

/** Body of a pause. */
export class PauseDto {
  @ApiPropertyOptional({
    maxLength: 500,
    example: 'the vendor migrates its servers',
    description: 'Reason, shown with the paused destination.',
  })
  @Optional()
  @IsString()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: 'reason must be one line without control characters or lone surrogates' })
  readonly reason?: string;
}
