import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigurationStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { ConfigurationHealth } from '../configuration/configuration-health.js';
import { databaseUnavailable } from '../http/problem.js';
import { ApiProblem } from '../http/problem.dto.js';
import { CLOCK_CHECK, CONFIGURATION_STORE, type ClockCheck } from '../database/database.module.js';

interface Health {
  readonly status: 'ok';
}

interface Readiness extends Health {
  /** `local` if the queue is unavailable, so each worker finds its deliveries in the database. */
  readonly queue: 'shared' | 'local';
  /** Clock of this host minus the clock of PostgreSQL, which the hub uses, in seconds. */
  readonly clockOffsetSeconds: number;
  /** Reason why this process deletes no data by age. Null if this process or another process deletes data. */
  readonly retentionBlockedBy: string | null;
  /**
   * Problem of the configuration, without names. Omitted if there is no problem. The hub works even with such a
   * problem.
   */
  readonly configuration?: string;
}

/** Health endpoints for load balancers and monitoring. These endpoints need no key and contain no customer data. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'revision'>,
    private readonly wakeUps: BullWakeUps,
    @Inject(CLOCK_CHECK) private readonly clock: ClockCheck,
    private readonly configuration: ConfigurationHealth,
  ) {}

  /** Reports that the process responds. */
  @Get('live')
  @ApiOperation({ summary: 'Check that the process responds' })
  live(): Health {
    return { status: 'ok' };
  }

  /** Reports that the database is available, so events are stored and delivered, even without the queue. */
  @Get('ready')
  @ApiOperation({
    summary: 'Check that the database is available',
    description:
      'If the response has `configuration`, some brand files were not applied at the start of this process, or ' +
      'wait for a confirmation. The text says what to do. Events are accepted and delivered in either case.',
  })
  @ApiProblem(503, 'The database is unavailable: retry after Retry-After')
  async ready(): Promise<Readiness> {
    try {
      await this.store.revision();
      const problem = await this.configuration.problem();
      return {
        status: 'ok',
        queue: this.wakeUps.queueUp ? 'shared' : 'local',
        clockOffsetSeconds: Math.round(this.clock.offsetMs()) / 1_000,
        retentionBlockedBy: this.clock.retentionBlockedBy(),
        ...(problem === null ? {} : { configuration: problem }),
      };
    } catch {
      throw databaseUnavailable();
    }
  }
}
