import 'reflect-metadata';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import type { Ctor } from '../destination.js';
import {
  DEFAULT_MAX_ITEMS,
  DEFAULT_MAX_LENGTH,
  type FieldOptions,
  type FieldType,
  type ItemType,
} from './field-options.js';
import { ownRecord } from './field-registry.js';
import { HasFormat, IsPresentJson, IsTextRecord, MaxCodePoints, MinCodePoints } from './value-validators.js';

/**
 * Declares one property of a plugin's DTO class. This one line defines the form input, the JSON Schema, the
 * class-validator rules, the masking of secrets and the redaction of personal values. Add further class-validator
 * decorators only if they have an equivalent in JSON Schema.
 *
 * Never throws. Errors in a declaration are reported at boot, with the plugin, the class and the property.
 */
export function Field(options: FieldOptions): PropertyDecorator {
  return (prototype, key) => {
    const record = ownRecord(prototype.constructor);
    const name = String(key);
    const refuse = (message: string): void => {
      record.problems.push({ className: prototype.constructor.name, property: name, message });
    };
    if (typeof key === 'symbol') return refuse('a field needs a text name, because JSON has no symbols; rename it');
    if (options.label.trim() === '')
      refuse('the label is empty; give it one, for example @Field({ label: "Account SID" })');

    const designed: unknown = Reflect.getMetadata('design:type', prototype, key);
    const type =
      options.type ?? typeOf(designed, options) ?? typeOfValue(options.default ?? initialValue(prototype, key));
    if (type === undefined) {
      refuse(
        `its type is not known from the code (${nameOf(designed)}); add one of type: 'string' | 'number' | 'integer' | ` +
          `'boolean' | 'list' | 'record' | 'object' | 'json', or a DTO class`,
      );
      return;
    }
    const pattern = patternSource(options.pattern);
    if (pattern instanceof Error) return refuse(pattern.message);
    const items = options.items ?? 'string';
    record.fields.set(name, { name, options, type, items });

    if (isOptional(options)) IsOptional()(prototype, key);
    for (const decorate of validatorsOf(type, items, options, pattern)) decorate(prototype, key);
  };
}

/** Returns true if the options make a field optional. */
export function isOptional(options: FieldOptions): boolean {
  return options.optional === true || options.default !== undefined;
}

function validatorsOf(
  type: FieldType | Ctor<object>,
  items: ItemType | Ctor<object>,
  options: FieldOptions,
  pattern: string | undefined,
): PropertyDecorator[] {
  const minItems = options.minItems ?? 0;
  const maxItems = options.maxItems ?? DEFAULT_MAX_ITEMS;
  if (type === 'list') {
    return [
      IsArray(),
      ArrayMinSize(minItems),
      ArrayMaxSize(maxItems),
      ...valueRules(items, options, pattern, { each: true }),
    ];
  }
  if (type === 'record') {
    return [
      IsTextRecord({
        minItems,
        maxItems,
        minLength: options.minLength ?? 0,
        maxLength: options.maxLength ?? DEFAULT_MAX_LENGTH,
        ...(pattern === undefined ? {} : { pattern }),
        ...(options.format === undefined ? {} : { format: options.format }),
        ...(options.enum === undefined ? {} : { enum: options.enum.map(String) }),
      }),
    ];
  }
  return valueRules(type, options, pattern, {});
}

function valueRules(
  type: ItemType | Ctor<object>,
  options: FieldOptions,
  pattern: string | undefined,
  each: ValidationOptions,
): PropertyDecorator[] {
  if (typeof type === 'function') return [IsObject(each), ValidateNested(each)];
  const rules = [];
  switch (type) {
    case 'string':
      rules.push(IsString(each), MinCodePoints(options.minLength ?? 0, each));
      rules.push(MaxCodePoints(options.maxLength ?? DEFAULT_MAX_LENGTH, each));
      if (pattern !== undefined) rules.push(Matches(new RegExp(pattern, 'u'), each));
      if (options.format !== undefined) rules.push(HasFormat(options.format, each));
      break;
    case 'number':
    case 'integer':
      rules.push(type === 'integer' ? IsInt(each) : IsNumber({}, each));
      if (options.minimum !== undefined) rules.push(Min(options.minimum, each));
      if (options.maximum !== undefined) rules.push(Max(options.maximum, each));
      break;
    case 'boolean':
      rules.push(IsBoolean(each));
      break;
    case 'object':
      rules.push(IsObject(each));
      break;
    case 'json':
      rules.push(IsPresentJson(each));
  }
  if (options.enum !== undefined) rules.push(IsIn([...options.enum], each));
  return rules;
}

function typeOf(designed: unknown, options: FieldOptions): FieldType | Ctor<object> | undefined {
  if (designed === String) return 'string';
  if (designed === Number) return 'number';
  if (designed === Boolean) return 'boolean';
  if (designed === Array || options.items !== undefined) return 'list';
  if (options.enum !== undefined) return options.enum.every((value) => typeof value === 'number') ? 'number' : 'string';
  return isDtoClass(designed) ? designed : undefined;
}

/**
 * Infers the type from a value. Returns undefined for an object, which may be a record, free JSON or a nested class.
 */
function typeOfValue(value: unknown): FieldType | undefined {
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined;
}

/**
 * Returns the initial value of a property. Returns undefined if the constructor throws, which is reported separately.
 */
function initialValue({ constructor }: object, key: string): unknown {
  try {
    return isDtoClass(constructor) ? Reflect.get(new constructor(), key) : undefined;
  } catch {
    return undefined;
  }
}

function isDtoClass(value: unknown): value is Ctor<object> {
  return (
    typeof value === 'function' && ![Object, Function, Date, Map, Set, Promise, Symbol].some((known) => value === known)
  );
}

function nameOf(designed: unknown): string {
  return typeof designed === 'function' ? `it compiles to ${designed.name}` : 'no metadata was emitted';
}

function patternSource(pattern: RegExp | string | undefined): string | undefined | Error {
  if (pattern === undefined) return undefined;
  if (typeof pattern !== 'string' && /[^u]/.test(pattern.flags)) {
    return new Error(
      `JSON Schema does not support regular expression flags; remove "${pattern.flags}" from the pattern`,
    );
  }
  const source = typeof pattern === 'string' ? pattern : pattern.source;
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return new Error('the pattern is not a valid regular expression with the u flag; escape its special characters');
  }
}
