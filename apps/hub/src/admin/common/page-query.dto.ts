import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Optional } from '../../http/optional.js';

/** Page of a list. */
export class PageQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 200,
    default: 50,
    description: 'Maximum number of entries per page.',
  })
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit: number = 50;

  @ApiPropertyOptional({ description: '`nextCursor` of the previous page. Omit it to get the first page.' })
  @Optional()
  @IsString()
  @Matches(/^[\w.~=-]{1,500}$/, { message: 'cursor must be the nextCursor of a page of this list' })
  readonly cursor?: string;
}
