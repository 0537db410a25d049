import { applyDecorators } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiProperty } from '@nestjs/swagger';
import type { IngestAnswer } from '@patchbay/core';
import { ApiProblem } from '../http/problem.dto.js';

type IngestedEvent = Extract<IngestAnswer, { kind: 'stored' }>['events'][number];

/** Outcome of one event of a call. */
export class IngestedEventDto implements IngestedEvent {
  @ApiProperty({
    format: 'uuid',
    description: 'Id of the event. For a duplicate, the id of the event that was stored before.',
  })
  readonly id!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ enum: ['accepted', 'duplicate', 'quarantined'] })
  readonly status!: IngestedEvent['status'];
}

/** Answer to a call whose events are stored. */
export class IngestAnswerDto {
  @ApiProperty({ type: [IngestedEventDto], description: 'Outcome of each event, in the order of the body.' })
  readonly events!: readonly IngestedEventDto[];
}

/** Documents a route of the ingest endpoint. */
export function ApiIngest(operationId: string, summary: string): MethodDecorator {
  const event = { type: 'object', additionalProperties: true };
  return applyDecorators(
    ApiOperation({
      operationId,
      summary,
      description: 'The body is one event or an array of at most 1,000 events. 202 means that they are stored.',
    }),
    ApiParam({ name: 'brand', description: 'Name of the brand.' }),
    ApiParam({ name: 'source', description: 'Name of the source.' }),
    ApiHeader({ name: 'content-type', description: 'Any type; the body is parsed as JSON.' }),
    ApiBody({ schema: { oneOf: [event, { type: 'array', items: event, maxItems: 1_000 }] } }),
    ApiAcceptedResponse({ type: IngestAnswerDto, description: 'The events are stored' }),
    ApiProblem(401, 'The credentials are missing or wrong, or the brand or source does not exist'),
    ApiProblem(413, 'The body is over the size limit, or has more than 1,000 events'),
    ApiProblem(429, 'The hub or this source is overloaded, or the database is unavailable: retry after Retry-After'),
  );
}
