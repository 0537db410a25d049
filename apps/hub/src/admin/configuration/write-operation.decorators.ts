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

/** Documents the entity tag of an answer. */
export const ETAG_HEADER: NonNullable<ApiResponseOptions['headers']> = {
  ETag: {
    description: 'Another one whenever it says something else, secrets included. For `If-Match`.',
    schema: { type: 'string', example: '"5f2b7a3c9d0e4f1a8b6c5d4e3f2a1b0c"' },
  },
};

/** A route that makes something. */
export function ApiCreates(answer: Type<object>, summary: string, description: string): MethodDecorator {
  return applyDecorators(
    HttpCode(201),
    ApiOperation({ summary, description }),
    ApiCreatedResponse({
      type: answer,
      headers: { ...ETAG_HEADER, Location: { description: 'Where it is.', schema: { type: 'string' } } },
    }),
    ApiProblem(409, 'The name is taken; where a file manages it, it is named'),
    ApiProblem(422, 'Some fields do not fit: what a brand file would be refused for, by the fields of the body'),
  );
}

/** A route that changes something. */
export function ApiChanges(answer: Type<object>, summary: string, description: string): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary, description }),
    IfMatchHeader(),
    ApiOkResponse({ type: answer, headers: ETAG_HEADER }),
    ApiProblem(409, 'A file manages it, which is named; or the change needs a confirmation: see `atMost`'),
    ApiProblem(412, 'It has changed since: get it again'),
    ApiProblem(422, 'Some fields do not fit: what a brand file would be refused for, by the fields of the body'),
  );
}

/** A route that deletes something. */
export function ApiDeletes(summary: string, description: string): MethodDecorator {
  return applyDecorators(
    HttpCode(204),
    ApiOperation({ summary, description }),
    IfMatchHeader(),
    ApiNoContentResponse({ description: 'It is not there any more' }),
    ApiProblem(
      409,
      'A file manages it, or something uses it: either is named; or it needs a confirmation: see `atMost`',
    ),
    ApiProblem(412, 'It has changed since: get it again'),
  );
}

function IfMatchHeader(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `ETag` of the state that is meant. Left out: whatever state it is in.',
  });
}
