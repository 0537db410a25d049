import { applyDecorators } from '@nestjs/common';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** An optional text that a list is filtered by: what the database could not hold cannot be in it either. */
export function FilterText(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(500),
    Matches(/^\P{Cc}*$/u, { message: '$property must not hold control characters' }),
  );
}
