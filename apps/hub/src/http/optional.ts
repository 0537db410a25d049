import { ValidateIf } from 'class-validator';

/**
 * Marks a property of a DTO that may be left out. Unlike class-validator's `IsOptional` it does not skip the other rules
 * for an explicit `null`, so that `"dryRun": null` cannot pass for a dry run and change something.
 */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value: unknown) => value !== undefined);
}
