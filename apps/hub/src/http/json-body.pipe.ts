import { Injectable, type PipeTransform } from '@nestjs/common';
import { parseJsonBody, isJson, isJsonObject, type JsonObject } from '@patchbay/core';
import { ProblemError } from './problem.js';
import { validateDto, type DtoArgument } from './validate-dto.js';

/** Parses the bytes of a request body to the DTO of the parameter. A missing body counts as an empty object. */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype }: DtoArgument): Promise<object> {
    if (metatype === undefined)
      throw new Error('A body parameter of a handler has no class as its type. Declare a DTO class for it.');
    return validateDto(
      metatype,
      readJsonObject(value),
      'Some fields of the body are invalid. Correct the fields in `errors`.',
    );
  }
}

/**
 * Parses a JSON object. Returns an empty object if there is no body. Throws a ProblemError 400 if the body is not a
 * JSON object.
 */
export function readJsonObject(body: unknown): object {
  if (!(body instanceof Uint8Array) || body.length === 0) return {};
  const parsed = parseJsonBody(body);
  if (parsed.kind === 'unreadable')
    throw new ProblemError(400, `The body cannot be read. ${parsed.reason} Send a JSON object.`);
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ProblemError(400, 'The body is not a JSON object. Send a JSON object.', [
    { field: '', detail: 'must be an object' },
  ]);
}

/** Parses a request body to a JSON object, for routes that check it without a DTO. */
@Injectable()
export class JsonObjectPipe implements PipeTransform<unknown, JsonObject> {
  transform(value: unknown): JsonObject {
    const body: unknown = readJsonObject(value);
    if (isJson(body) && isJsonObject(body)) return body;
    throw new ProblemError(
      400,
      'The body contains a number that is too large. Use numbers within the range of double precision.',
    );
  }
}
