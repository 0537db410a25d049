import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AdminKeyGuard } from '../http/admin-key.guard.js';
import { ProblemError } from '../http/problem.js';
import { HubMetrics } from './hub-metrics.js';

/** For Prometheus. */
@ApiTags('metrics')
@ApiBearerAuth('admin')
@Controller('metrics')
@UseGuards(AdminKeyGuard)
export class MetricsController {
  constructor(private readonly metrics: HubMetrics) {}

  /** Everything this process counts, and what waits in the database. */
  @Get()
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @ApiResponse({ status: 503, description: 'The database does not answer' })
  async read(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.metrics;
    const text = await registry.metrics().catch(() => {
      throw new ProblemError(503, 'The database does not answer.');
    });
    void reply.header('content-type', registry.contentType).send(text);
  }
}
