import { applyDecorators, HttpCode } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import { ApiProblem } from '../../http/problem.dto.js';

/** Documents the `ETag` header of a response. */
export const ETAG_HEADER: NonNullable<ApiResponseOptions['headers']> = {
  ETag: {
    description: 'Entity tag for `If-Match`. Changes with every change of the object, including its secrets.',
    schema: { type: 'string', example: '"5f2b7a3c9d0e4f1a8b6c5d4e3f2a1b0c"' },
  },
};

/** Documents a route that creates an object. */
export function ApiCreates(answer: Type<object>, summary: string, description: string): MethodDecorator {
  return applyDecorators(
    HttpCode(201),
    ApiOperation({ summary, description }),
    ApiCreatedResponse({
      type: answer,
      headers: { ...ETAG_HEADER, Location: { description: 'URL of the new object.', schema: { type: 'string' } } },
    }),
    ApiProblem(409, 'The name is already used. If a file manages that object, the error has its name'),
    ApiProblem(422, 'Some fields are invalid, by the rules of brand files. The errors name fields of the body'),
  );
}

/** Documents a route that changes an object. */
export function ApiChanges(
  answer: Type<object>,
  summary: string,
  description: string,
  operationId?: string,
): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary, description, ...(operationId === undefined ? {} : { operationId }) }),
    IfMatchHeader(),
    ApiOkResponse({ type: answer, headers: ETAG_HEADER }),
    ApiProblem(409, 'A file manages the object (the error names it), or the change needs a confirmation: see `atMost`'),
    ApiProblem(412, 'The object was changed after it was read: get it again'),
    ApiProblem(422, 'Some fields are invalid, by the rules of brand files. The errors name fields of the body'),
  );
}

/** Documents a route that deletes an object. */
export function ApiDeletes(summary: string, description: string): MethodDecorator {
  return applyDecorators(
    HttpCode(204),
    ApiOperation({ summary, description }),
    IfMatchHeader(),
    ApiNoContentResponse({ description: 'The object does not exist any more' }),
    ApiProblem(
      409,
      'A file manages the object or another object uses it (the error names it), or a confirmation is missing: see ' +
        '`atMost`',
    ),
    ApiProblem(412, 'The object was changed after it was read: get it again'),
  );
}

function IfMatchHeader(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: '`ETag` of the expected state. Omit it to change the object in any state.',
  });
}
