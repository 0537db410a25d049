import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { ProblemError, type FieldError } from './problem.js';

/** What Nest tells a pipe of its parameter, as far as a DTO needs it. */
export interface DtoArgument {
  readonly metatype?: Type<object> | undefined;
}

const MAX_ERRORS = 100;
const MAX_NAME_LENGTH = 100;
/** The transformation drops these names before anybody could refuse them. */
const PASSED_OVER = ['__proto__', 'constructor'];

/**
 * Makes a DTO of plain values and checks it; what its class does not declare is refused.
 * @throws ProblemError 400 that names every field at fault; no value is told
 */
export async function validateDto(type: Type<object>, plain: object, detail: string): Promise<object> {
  const instance = instanceOf(type, plain, detail);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  const fields = [
    ...PASSED_OVER.filter((name) => Object.hasOwn(plain, name)).map((field) => unknownField(field, instance)),
    ...errors.flatMap((error) => fieldErrors(error, '')),
  ];
  if (fields.length === 0) return instance;
  throw new ProblemError(400, detail, fields.slice(0, MAX_ERRORS));
}

/** The transformation takes a key named `constructor` for a class, wherever the DTO does not say what stands there. */
function instanceOf(type: Type<object>, plain: object, detail: string): object {
  try {
    return plainToInstance(type, plain);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ProblemError(400, detail, [{ field: '', detail: 'no object here may have a key named constructor' }]);
  }
}

function unknownField(field: string, target: object | undefined): FieldError {
  return { field, detail: `is not known here; there are ${knownNames(target)}` };
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const field = parent + error.property.slice(0, MAX_NAME_LENGTH);
  const told = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation' ? unknownField(field, error.target).detail : message,
  );
  const own = told.length === 0 ? [] : [{ field, detail: told.join('; ') }];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))];
}

function knownNames(target: object | undefined): string {
  if (target === undefined) return 'none';
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].join(', ');
}
