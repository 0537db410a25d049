import { Controller, Get, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { databaseUnavailable } from '../http/problem.js';
import { RequiresKey } from '../http/key-route.js';
import { ApiProblem } from '../http/problem.dto.js';
import { HubMetrics } from './hub-metrics.js';

/** Endpoint for Prometheus. */
@ApiTags('metrics')
@ApiBearerAuth('admin')
@Controller('metrics')
@RequiresKey()
export class MetricsController {
  constructor(private readonly metrics: HubMetrics) {}

  /** Returns the metrics of this process and of the backlog in the database. */
  @Get()
  @ApiOperation({ operationId: 'getMetrics', summary: 'Get metrics in the text format of Prometheus' })
  @ApiOkResponse({ description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProblem(503, 'The database is unavailable: retry after Retry-After')
  async read(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.metrics;
    const text = await registry.metrics().catch(() => {
      throw databaseUnavailable();
    });
    void reply.header('content-type', registry.contentType).send(text);
  }
}
