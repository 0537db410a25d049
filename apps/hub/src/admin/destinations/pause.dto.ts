import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** Why a destination is to be paused. */
export class PauseDto {
  @ApiPropertyOptional({
    maxLength: 500,
    example: 'the vendor moves house',
    description: 'Shown wherever it is paused.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(/^\P{Cc}*$/u, { message: 'reason must be one line without control characters' })
  readonly reason?: string;
}
