import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigurationStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { ConfigurationHealth } from '../configuration/configuration-health.js';
import { databaseUnavailable } from '../http/problem.js';
import { ApiProblem } from '../http/problem.dto.js';
import { CLOCK_CHECK, CONFIGURATION_STORE, type ClockCheck } from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { HealthDto, ReadinessDto } from './health.dto.js';

/** Health endpoints for load balancers and monitoring. These endpoints need no key and contain no customer data. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'revision'>,
    private readonly wakeUps: BullWakeUps,
    @Inject(CLOCK_CHECK) private readonly clock: ClockCheck,
    private readonly configuration: ConfigurationHealth,
    private readonly database: HubDatabase,
  ) {}

  /** Reports that the process responds. */
  @Get('live')
  @ApiOperation({ operationId: 'checkLive', summary: 'Check that the process responds' })
  @ApiOkResponse({ type: HealthDto })
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Reports that the database is available, so events are stored and delivered, even without the queue. */
  @Get('ready')
  @ApiOperation({
    operationId: 'checkReady',
    summary: 'Check that the database is available',
    description:
      'If the response has `configuration`, some brand files were not applied at the start of this process, or ' +
      'wait for a confirmation. The text says what to do. Events are accepted and delivered in either case.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiProblem(503, 'The database is unavailable: retry after Retry-After')
  async ready(): Promise<ReadinessDto> {
    try {
      await this.store.revision();
      const problem = await this.configuration.problem();
      const { used, available } = await this.database.connectionUsage();
      return {
        status: 'ok',
        queue: this.wakeUps.queueUp ? 'shared' : 'local',
        clockOffsetSeconds: Math.round(this.clock.offsetMs()) / 1_000,
        retentionBlockedBy: this.clock.retentionBlockedBy(),
        databaseConnections: { process: this.database.budget.direct, used, available },
        ...(problem === null ? {} : { configuration: problem }),
      };
    } catch {
      throw databaseUnavailable();
    }
  }
}
