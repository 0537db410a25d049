import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigurationStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import { ConfigurationHealth } from '../boot/configuration-health.js';
import { databaseUnavailable } from '../http/database-unavailable.js';
import { ApiProblem } from '../http/problem.dto.js';
import { CLOCK_CHECK, CONFIGURATION_STORE } from '../tokens.js';
import type { ClockCheck } from './clock-check.js';

interface Health {
  readonly status: 'ok';
}

interface Readiness extends Health {
  /** `local` while the queue cannot be used: then each worker finds its work in the database. */
  readonly queue: 'shared' | 'local';
  /** Clock of this host minus the clock of PostgreSQL, which the hub uses. */
  readonly clockOffsetSeconds: number;
  /** Why this process deletes nothing by age; null if it does, or leaves that to another process. */
  readonly retentionBlockedBy: string | null;
  /** What is wrong with the configuration, in words without names. Left out: nothing is. The hub works all the same. */
  readonly configuration?: string;
}

/** For load balancers and for whoever watches: says nothing about anybody's data. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'revision'>,
    private readonly wakeUps: BullWakeUps,
    @Inject(CLOCK_CHECK) private readonly clock: ClockCheck,
    private readonly configuration: ConfigurationHealth,
  ) {}

  /** The process answers. */
  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(): Health {
    return { status: 'ok' };
  }

  /** The database answers, so events are stored and delivered, with or without the queue. */
  @Get('ready')
  @ApiOperation({
    summary: 'The database answers',
    description:
      'With `configuration` in the answer, brand files could not be applied at the start of this process or wait for a ' +
      'confirmation. It says what to do. Events are taken in and delivered all the same.',
  })
  @ApiProblem(503, 'The database did not answer: come back after Retry-After')
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
