import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE } from '../../http/one-line.js';
import { Optional } from '../../http/optional.js';

/** An optional text that a list is filtered by: what the database could not hold cannot be in it either. */
export function FilterText(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(500),
    Matches(ONE_LINE, { message: '$property must not hold control characters' }),
  );
}
