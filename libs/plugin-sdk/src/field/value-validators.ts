import { ValidateBy, type ValidationOptions } from 'class-validator';
import { FIELD_FORMATS } from './formats.js';
import type { FieldFormat } from './field-options.js';

/** Names of Patchbay's own checks in class-validator. The translation to JSON Schema uses these names. */
export const OWN_VALIDATORS = { format: 'patchbayFormat', record: 'patchbayRecord', json: 'patchbayJson' } as const;

/** Bounds of each value of a record, and of the number of values. */
export interface RecordBounds {
  readonly minItems: number;
  readonly maxItems: number;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern?: string;
  readonly format?: FieldFormat;
  readonly enum?: readonly string[];
}

/**
 * Returns the length in code points, as JSON Schema counts. class-validator's own count is different, because it
 * excludes variation selectors.
 */
export function codePoints(value: string): number {
  return Array.from(value).length;
}

/** Requires a text of at least this many code points. Stored under class-validator’s own name `minLength`. */
export function MinCodePoints(minimum: number, options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && codePoints(value) >= minimum;
  return ValidateBy({ name: 'minLength', constraints: [minimum], validator: { validate } }, options);
}

/** Requires a text of at most this many code points. Stored under class-validator’s own name `maxLength`. */
export function MaxCodePoints(maximum: number, options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && codePoints(value) <= maximum;
  return ValidateBy({ name: 'maxLength', constraints: [maximum], validator: { validate } }, options);
}

/** Requires a text in one of the formats of {@link FIELD_FORMATS}. */
export function HasFormat(format: FieldFormat, options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && FIELD_FORMATS[format].test(value);
  return ValidateBy({ name: OWN_VALIDATORS.format, constraints: [format], validator: { validate } }, options);
}

/** Requires an object of text values within the bounds. Throws if the pattern is not a valid regular expression. */
export function IsTextRecord(bounds: RecordBounds): PropertyDecorator {
  const pattern = bounds.pattern === undefined ? undefined : new RegExp(bounds.pattern, 'u');
  const fits = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    const length = codePoints(value);
    return (
      length >= bounds.minLength &&
      length <= bounds.maxLength &&
      (pattern?.test(value) ?? true) &&
      (bounds.format === undefined || FIELD_FORMATS[bounds.format].test(value)) &&
      (bounds.enum?.includes(value) ?? true)
    );
  };
  const validate = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const values = Object.values(value);
    return values.length >= bounds.minItems && values.length <= bounds.maxItems && values.every(fits);
  };
  return ValidateBy({ name: OWN_VALIDATORS.record, constraints: [bounds], validator: { validate } });
}

/** Requires a value to be present; `null` counts as a value. */
export function IsPresentJson(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => value !== undefined;
  return ValidateBy({ name: OWN_VALIDATORS.json, constraints: [], validator: { validate } }, options);
}
