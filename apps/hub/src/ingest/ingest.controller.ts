import { Controller, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IngestEvents, type IngestAnswer } from '@patchbay/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../http/problem.js';
import { rawBodyOf } from '../http/raw-request.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { OVERLOADED, takeAdmitted } from './ingest-hooks.js';

/** Ingest endpoint, to which loyalty platforms post events. An authenticated source only gets 202, 413 or 429. */
@ApiTags('ingest')
@Controller('v1/ingest')
export class IngestController {
  constructor(
    private readonly ingestEvents: IngestEvents,
    private readonly metrics: HubMetrics,
  ) {}

  /** Stores one event or an array of events. */
  @Post(':brand/:source')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send events to a source',
    description: 'The body is one event or an array of at most 1,000 events. 202 means that they are stored.',
  })
  @ApiParam({ name: 'brand' })
  @ApiParam({ name: 'source' })
  @ApiHeader({ name: 'content-type', description: 'Any type; the body is parsed as JSON.' })
  @ApiResponse({
    status: 202,
    description: '`{"events":[{"id","type","status"}]}`, with the status `accepted`, `duplicate` or `quarantined`',
  })
  @ApiResponse({
    status: 401,
    description: 'The credentials are missing or wrong, or the brand or source does not exist',
  })
  @ApiResponse({ status: 413, description: 'The body is over the size limit, or has more than 1,000 events' })
  @ApiResponse({
    status: 429,
    description: 'The hub or this source is overloaded, or the database is unavailable: retry after Retry-After',
  })
  async post(
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { headers, provenBy, body } = takeAdmitted(request);
    try {
      const answer = await this.ingestEvents.ingest({ brand, source, headers, rawBody: rawBodyOf(request), provenBy });
      this.metrics.ingest(brand, answer);
      send(reply, answer);
    } finally {
      body.release();
    }
  }

  /** Handles PUT like POST, because some platforms can only send PUT. */
  @Put(':brand/:source')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send events to a source (same as POST)' })
  put(
    @Param('brand') brand: string,
    @Param('source') source: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.post(brand, source, request, reply);
  }
}

function send(reply: FastifyReply, answer: IngestAnswer): void {
  switch (answer.kind) {
    case 'stored':
      void reply.status(202).send({ events: answer.events });
      return;
    case 'unauthorised':
      sendProblem(
        reply,
        401,
        'The credentials are missing or wrong, or the brand or source does not exist. Check the URL and the ' +
          'credentials of the source.',
      );
      return;
    case 'tooLarge':
      sendProblem(reply, 413, answer.message);
      return;
    case 'busy':
      void reply.header('retry-after', String(answer.retryAfterSeconds));
      sendProblem(reply, 429, OVERLOADED);
      return;
  }
}

function sendProblem(reply: FastifyReply, status: number, detail: string): void {
  void reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problem(status, detail)));
}
