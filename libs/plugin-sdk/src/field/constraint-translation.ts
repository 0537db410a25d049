import type { MetadataStorage } from 'class-validator';
import type { Json, JsonObject } from '../json.js';
import { OWN_VALIDATORS, type RecordBounds } from './value-validators.js';

/** One validation rule in class-validator's own format. */
export type ValidationRule = ReturnType<MetadataStorage['getTargetValidationMetadatas']>[number];

/** Part of a property's JSON Schema, or the reason why the rule cannot be translated. */
export type Translation = { readonly schema: JsonObject } | { readonly refusal: string };

type Translator = (constraints: readonly unknown[]) => JsonObject | undefined;

const nothing: Translator = () => ({});
const bound =
  (keyword: string): Translator =>
  ([value]) =>
    typeof value === 'number' ? { [keyword]: value } : undefined;
const typed =
  (type: string): Translator =>
  ([options]) =>
    isPlain(options) ? { type } : undefined;
const listed =
  (make: (values: Json[]) => JsonObject): Translator =>
  ([values]) =>
    Array.isArray(values) && values.every(isScalar) ? make(values) : undefined;

/** JSON Schema of each class-validator rule, by its name. Any other rule has no equivalent and is refused. */
const TRANSLATORS: Readonly<Record<string, Translator>> = {
  isDefined: nothing,
  isOptional: nothing,
  isString: typed('string'),
  isNumber: typed('number'),
  isInt: typed('integer'),
  isBoolean: typed('boolean'),
  isArray: typed('array'),
  isObject: typed('object'),
  isNotEmpty: () => ({ minLength: 1 }),
  isNotEmptyObject: ([options]) => (isPlain(options) ? { minProperties: 1 } : undefined),
  minLength: bound('minLength'),
  maxLength: bound('maxLength'),
  isLength: ([min, max]) => ({
    ...(typeof min === 'number' ? { minLength: min } : {}),
    ...(typeof max === 'number' ? { maxLength: max } : {}),
  }),
  min: bound('minimum'),
  max: bound('maximum'),
  isPositive: () => ({ exclusiveMinimum: 0 }),
  isNegative: () => ({ exclusiveMaximum: 0 }),
  isDivisibleBy: bound('multipleOf'),
  arrayMinSize: bound('minItems'),
  arrayMaxSize: bound('maxItems'),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayUnique: ([identifier]) => (identifier === undefined ? { uniqueItems: true } : undefined),
  isIn: listed((values) => ({ enum: values })),
  isNotIn: listed((values) => ({ not: { enum: values } })),
  equals: ([value]) => (isScalar(value) ? { enum: [value] } : undefined),
  isEmail: ([options]) => (isPlain(options) ? { format: 'email' } : undefined),
  matches: ([pattern]) => (pattern instanceof RegExp ? patternSchema(pattern) : undefined),
  [OWN_VALIDATORS.format]: ([format]) => (typeof format === 'string' ? { format } : undefined),
  [OWN_VALIDATORS.json]: nothing,
};

const HINTS: Readonly<Record<string, string>> = {
  isUrl: "use @Field({ format: 'uri' })",
  isPhoneNumber: "use @Field({ format: 'e164' })",
  isMobilePhone: "use @Field({ format: 'e164' })",
  isFqdn: "use @Field({ format: 'hostname' })",
  isEnum: 'use @Field({ enum: [...] })',
  customValidation: 'use @Field({ pattern }), or @OneOf on the class',
  matches: 'remove the flags, because JSON Schema does not support them',
};

/** Translates one class-validator rule to JSON Schema. */
export function translate(rule: ValidationRule): Translation {
  const name = rule.name ?? rule.type;
  if ((rule.groups as readonly string[] | undefined)?.length) {
    return { refusal: `@${capital(name)} with groups has no equivalent in JSON Schema; remove the groups` };
  }
  if (rule.type === 'nestedValidation' || rule.type === 'whitelistValidation') return { schema: {} };
  const translator = Object.hasOwn(TRANSLATORS, name) ? TRANSLATORS[name] : undefined;
  const schema =
    rule.validateIf === undefined
      ? translator?.((rule.constraints as readonly unknown[] | undefined) ?? [])
      : undefined;
  if (schema !== undefined) return { schema };
  const hint = HINTS[name] ?? 'use options of @Field instead (enum, format, pattern, minimum, …)';
  return { refusal: `@${capital(name)} has no equivalent in JSON Schema, so the hub cannot enforce it; ${hint}` };
}

/** Returns the JSON Schema for the bounds of a record. */
export function recordSchema(bounds: RecordBounds): JsonObject {
  return {
    type: 'object',
    minProperties: bounds.minItems,
    maxProperties: bounds.maxItems,
    additionalProperties: {
      type: 'string',
      minLength: bounds.minLength,
      maxLength: bounds.maxLength,
      ...(bounds.pattern === undefined ? {} : { pattern: bounds.pattern }),
      ...(bounds.format === undefined ? {} : { format: bounds.format }),
      ...(bounds.enum === undefined ? {} : { enum: [...bounds.enum] }),
    },
  };
}

/** Combines two schemas: the stricter bound wins, and a second pattern is added. */
export function mergeSchemas(into: JsonObject, extra: JsonObject): void {
  for (const [keyword, value] of Object.entries(extra)) {
    const present = into[keyword];
    if (present === undefined || JSON.stringify(present) === JSON.stringify(value)) into[keyword] = value;
    else if (typeof present === 'number' && typeof value === 'number') {
      into[keyword] =
        keyword.startsWith('max') || keyword === 'exclusiveMaximum'
          ? Math.min(present, value)
          : Math.max(present, value);
    } else if (keyword === 'type') into[keyword] = present === 'integer' || value === 'integer' ? 'integer' : present;
    else into.allOf = [...(Array.isArray(into.allOf) ? into.allOf : []), { [keyword]: value }];
  }
}

function patternSchema(pattern: RegExp): JsonObject | undefined {
  if (/[^u]/.test(pattern.flags)) return undefined;
  try {
    new RegExp(pattern.source, 'u');
    return { pattern: pattern.source };
  } catch {
    return undefined;
  }
}

function isPlain(options: unknown): boolean {
  return (
    options === undefined || options === null || (typeof options === 'object' && Object.keys(options).length === 0)
  );
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
