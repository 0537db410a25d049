import { Injectable, type PipeTransform } from '@nestjs/common';
import { isJson, isJsonObject, type JsonObject } from '@patchbay/core';
import { ProblemError } from './problem.js';
import { readJsonObject } from './json-body.pipe.js';

/** The body of a request as the JSON object it is: for what is checked by other rules than a DTO's. */
@Injectable()
export class JsonObjectPipe implements PipeTransform<unknown, JsonObject> {
  transform(value: unknown): JsonObject {
    const body: unknown = readJsonObject(value);
    if (isJson(body) && isJsonObject(body)) return body;
    throw new ProblemError(400, 'The body holds a number beyond all bounds.');
  }
}
