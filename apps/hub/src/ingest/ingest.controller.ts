import { Controller, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IngestEvents, type IngestAnswer } from '@patchbay/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../http/problem.js';
import { rawBodyOf } from '../http/raw-request.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { OVERLOADED, takeAdmitted } from './ingest-hooks.js';

/** The ingest endpoint, to which loyalty platforms post. An authenticated source gets 202, 413 or 429, never anything else. */
@ApiTags('ingest')
@Controller('v1/ingest')
export class IngestController {
  constructor(
    private readonly ingestEvents: IngestEvents,
    private readonly metrics: HubMetrics,
  ) {}

  /** Takes one event or an array of them. */
  @Post(':brand/:source')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take events in', description: 'One event or an array of at most 1,000. 202 means stored.' })
  @ApiParam({ name: 'brand' })
  @ApiParam({ name: 'source' })
  @ApiHeader({ name: 'content-type', description: 'Any; the body is read as JSON.' })
  @ApiResponse({
    status: 202,
    description: '`{"events":[{"id","type","status"}]}`: accepted, duplicate or quarantined',
  })
  @ApiResponse({ status: 401, description: 'Credentials missing or wrong, or no such brand or source' })
  @ApiResponse({ status: 413, description: 'The body is over the limit, or holds more than 1,000 events' })
  @ApiResponse({
    status: 429,
    description: 'The hub or this source is overloaded, or the database is away: send it again after Retry-After',
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

  /** As POST: some platforms can only be told to PUT. */
  @Put(':brand/:source')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take events in (as POST)' })
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
      sendProblem(reply, 401, 'The credentials are missing or wrong, or there is no such brand or source.');
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
