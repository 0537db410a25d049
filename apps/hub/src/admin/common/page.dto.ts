import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CursorError, type Page, type PageRequest } from '@patchbay/core';
import { Type } from 'class-transformer';
import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { ProblemError } from '../../http/problem.js';

/** Base of all pages. */
export abstract class PageDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Value of `cursor` for the next page. Null if this is the last page.',
  })
  readonly nextCursor!: string | null;
}

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

/** Reads a page. Throws a ProblemError 400 if the cursor was not issued by this list. */
export async function readPage<T>(query: PageQuery, read: (page: PageRequest) => Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await read({ limit: query.limit, cursor: query.cursor ?? null });
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    throw new ProblemError(
      400,
      'The cursor in the query is invalid. Use nextCursor of the previous page, or omit cursor for the first page.',
      [{ field: 'cursor', detail: 'must be the nextCursor of a page of this list' }],
    );
  }
}
