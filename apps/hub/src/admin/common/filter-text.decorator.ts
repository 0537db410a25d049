import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';

/** Maximum length of a text in a filter, in characters. */
const MAX_TEXT_LENGTH = 500;
/** Maximum number of values of a query parameter that may be repeated. */
const MAX_VALUES = 20;
const NO_CONTROL_CHARACTERS = '$property must not contain control characters or lone surrogates';

/**
 * Declares an optional text filter of a list. Refuses control characters, because the database cannot store some of
 * them.
 */
export function FilterText(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(MAX_TEXT_LENGTH),
    Matches(ONE_LINE, { message: NO_CONTROL_CHARACTERS }),
  );
}

/**
 * Declares an optional list of texts: a query parameter that may be repeated. Refuses the same characters as
 * {@link FilterText}.
 */
export function FilterTexts({ allowEmpty = false } = {}): PropertyDecorator {
  return applyDecorators(
    Repeatable(),
    IsString({ each: true }),
    ...(allowEmpty ? [] : [IsNotEmpty({ each: true })]),
    MaxLength(MAX_TEXT_LENGTH, { each: true }),
    Matches(ONE_LINE, { each: true, message: NO_CONTROL_CHARACTERS }),
  );
}

/** Declares an optional list of choices: a query parameter that may be repeated. */
export function FilterChoices(choices: readonly string[]): PropertyDecorator {
  return applyDecorators(Repeatable(), IsIn([...choices], { each: true }));
}

/** Declares a query parameter that may be repeated. A single value becomes a list with one entry. */
function Repeatable(): PropertyDecorator {
  return applyDecorators(
    Optional(),
    Transform(({ value }: { readonly value: unknown }) =>
      value === undefined || Array.isArray(value) ? value : [value],
    ),
    ArrayMaxSize(MAX_VALUES),
  );
}
