import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { ProblemError, type FieldError } from './problem.js';

/** Metadata that Nest passes to a pipe: the class of the parameter. */
export interface DtoArgument {
  readonly metatype?: Type<object> | undefined;
}

const MAX_ERRORS = 100;
const MAX_NAME_LENGTH = 100;
/**
 * Property names that class-transformer drops. The validation cannot refuse dropped properties, so these names are
 * checked separately.
 */
const DROPPED_NAMES = ['__proto__', 'constructor'];

/**
 * Converts plain values to a DTO and validates the DTO. Refuses properties that the class of the DTO does not declare.
 * @throws ProblemError 400 with every invalid field and without any value
 */
export async function validateDto(type: Type<object>, plain: object, detail: string): Promise<object> {
  const instance = instanceOf(type, plain, detail);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  const fields = [
    ...DROPPED_NAMES.filter((name) => Object.hasOwn(plain, name)).map((field) => unknownField(field, instance)),
    ...errors.flatMap((error) => fieldErrors(error, '')),
  ];
  if (fields.length === 0) return instance;
  throw new ProblemError(400, detail, fields.slice(0, MAX_ERRORS));
}

/**
 * Converts plain values to a DTO. If the DTO does not declare a nested type, the transformation uses a key named
 * `constructor` as a class and throws a TypeError.
 */
function instanceOf(type: Type<object>, plain: object, detail: string): object {
  try {
    return plainToInstance(type, plain);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ProblemError(400, detail, [
      { field: '', detail: 'must not contain an object with a key named constructor' },
    ]);
  }
}

function unknownField(field: string, target: object | undefined): FieldError {
  return { field, detail: `is unknown: use one of ${knownNames(target)}` };
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const field = parent + error.property.slice(0, MAX_NAME_LENGTH);
  const messages = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation' ? unknownField(field, error.target).detail : message,
  );
  const own = messages.length === 0 ? [] : [{ field, detail: messages.join('; ') }];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))];
}

function knownNames(target: object | undefined): string {
  if (target === undefined) return 'none';
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].join(', ');
}
