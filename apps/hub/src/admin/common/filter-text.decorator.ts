import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';

/**
 * Declares an optional text filter of a list. Refuses control characters, because the database cannot store some of
 * them.
 */
export function FilterText(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(500),
    Matches(ONE_LINE, { message: '$property must not contain control characters or lone surrogates' }),
  );
}
