import { Injectable, type PipeTransform } from '@nestjs/common';
import { parseJsonBody } from '@patchbay/core';
import { ProblemError } from './problem.js';
import { validateDto, type DtoArgument } from './validate-dto.js';

/**
 * The body of a request, whose bytes the server hands over, as the DTO that its parameter declares. No body is an empty
 * object.
 */
@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype }: DtoArgument): Promise<object> {
    if (metatype === undefined) throw new Error('A body is declared by the class of its parameter.');
    return validateDto(metatype, readJsonObject(value), 'Some fields of the body do not fit.');
  }
}

/** The object that a body of JSON holds; empty where there is no body. Throws a ProblemError 400. */
export function readJsonObject(body: unknown): object {
  if (!(body instanceof Uint8Array) || body.length === 0) return {};
  const parsed = parseJsonBody(body);
  if (parsed.kind === 'unreadable') throw new ProblemError(400, `${parsed.reason} Send a JSON object.`);
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ProblemError(400, 'The body has to be a JSON object.', [{ field: '', detail: 'has to be an object' }]);
}
