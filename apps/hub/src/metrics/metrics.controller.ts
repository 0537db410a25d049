import { Controller, Get, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequiresKey } from '../http/key-route.js';
import { ApiProblem } from '../http/problem.dto.js';
import { HubMetrics } from './hub-metrics.js';
import { MetricsReporter } from './metrics-reporter.js';

/** Endpoint for Prometheus. */
@ApiTags('metrics')
@ApiBearerAuth('admin')
@Controller('metrics')
@RequiresKey()
export class MetricsController {
  constructor(
    private readonly metrics: HubMetrics,
    private readonly reporter: MetricsReporter,
  ) {}

  /** Returns the metrics of this process. One process also returns the metrics of the whole hub. */
  @Get()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Get metrics in the text format of Prometheus',
    description:
      'Of all processes that are scraped, one returns the metrics of the whole hub, such as the backlog. While the ' +
      'database is unavailable, the metrics that need it are left out.',
  })
  @ApiOkResponse({ description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProblem(401, 'The key is missing, wrong or expired')
  @ApiProblem(403, 'The key has an insufficient role, or is limited to some brands')
  @ApiProblem(429, 'Too many wrong keys came from this address: retry after Retry-After')
  @ApiProblem(503, 'The database is unavailable: retry after Retry-After')
  async read(@Res() reply: FastifyReply): Promise<void> {
    await this.reporter.beforeScrape();
    const { registry } = this.metrics;
    void reply.header('content-type', registry.contentType).send(await registry.metrics());
  }
}
