import { Injectable, type PipeTransform } from '@nestjs/common';
import { isJson, isJsonObject, type JsonObject } from '@patchbay/core';
import { ProblemError } from './problem.js';
import { readJsonObject } from './json-body.pipe.js';

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
