import { ValidateIf } from 'class-validator';

/**
 * Marks an optional property of a DTO. Unlike class-validator's `IsOptional`, it does not skip the other rules for
 * `null`. So `"dryRun": null` is refused instead of running without `dryRun`.
 */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value: unknown) => value !== undefined);
}
