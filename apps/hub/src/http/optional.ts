import { ValidateIf } from 'class-validator';

/**
 * Marks an optional property of a DTO. Unlike class-validator's `IsOptional`, it does not skip the other rules for
 * `null`. Therefore `"dryRun": null` is refused. With `IsOptional` it would count as no dry run.
 */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value: unknown) => value !== undefined);
}
