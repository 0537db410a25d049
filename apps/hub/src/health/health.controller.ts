import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConfigurationStore } from '@patchbay/core';
import { databaseDoesNotAnswer } from '../http/come-back.js';
import { ApiProblem } from '../http/problem.dto.js';
import { CONFIGURATION_STORE } from '../tokens.js';

interface Health {
  readonly status: 'ok';
}

/** For load balancers and for whoever watches: says nothing about anybody's data. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(@Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'revision'>) {}

  /** The process answers. */
  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live(): Health {
    return { status: 'ok' };
  }

  /** Events can be taken in and deliveries made: the database answers. */
  @Get('ready')
  @ApiOperation({ summary: 'The database answers' })
  @ApiProblem(503, 'The database did not answer: come back after Retry-After')
  async ready(): Promise<Health> {
    try {
      await this.store.revision();
    } catch {
      throw databaseDoesNotAnswer();
    }
    return { status: 'ok' };
  }
}
