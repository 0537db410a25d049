import { applyDecorators } from '@nestjs/common';
import { Exclude, Transform, Type } from 'class-transformer';
import { ValidateIf } from 'class-validator';

/**
 * Marks an optional property of a DTO. Unlike class-validator's `IsOptional`, this decorator does not skip the other
 * rules for `null`. Therefore `"dryRun": null` is refused. With `IsOptional`, null would count as no dry run.
 */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value: unknown) => value !== undefined);
}

/** Text of one line that can be stored: no control characters and no lone surrogates. */
export const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;

/** Empty type whose properties are never transformed. */
@Exclude()
class Opaque {}

/**
 * Declares a property that may contain any JSON and stays unchanged. Without this decorator, class-transformer would
 * drop some keys, and would fail for an object with the key `constructor`.
 */
export function FreeJson(): PropertyDecorator {
  return applyDecorators(
    Type(() => Opaque),
    Transform(({ obj, key }) => {
      const source: unknown = obj;
      if (typeof source !== 'object' || source === null) return undefined;
      return Object.getOwnPropertyDescriptor(source, key)?.value as unknown;
    }),
  );
}
