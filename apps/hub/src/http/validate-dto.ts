import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { ProblemError, type FieldError } from './problem.js';

const MAX_ERRORS = 100;
const MAX_NAME_LENGTH = 100;

/**
 * Makes a DTO of plain values and checks it; what its class does not declare is refused.
 * @throws ProblemError 422 that names every field at fault; no value is told
 */
export async function validateDto(type: Type<object>, plain: object, detail: string): Promise<object> {
  const instance = plainToInstance(type, plain);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  if (errors.length === 0) return instance;
  throw new ProblemError(422, detail, errors.flatMap((error) => fieldErrors(error, '')).slice(0, MAX_ERRORS));
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const field = parent + error.property.slice(0, MAX_NAME_LENGTH);
  const told = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
    rule === 'whitelistValidation' ? `is not known here; there are ${knownNames(error.target)}` : message,
  );
  const own = told.length === 0 ? [] : [{ field, detail: told.join('; ') }];
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))];
}

function knownNames(target: object | undefined): string {
  if (target === undefined) return 'none';
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].join(', ');
}
