import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { ConfigurationStore } from '@patchbay/core';
import { ProblemError } from '../http/problem.js';
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
  @ApiResponse({ status: 503, description: 'Not now' })
  async ready(): Promise<Health> {
    try {
      await this.store.revision();
    } catch {
      throw new ProblemError(503, 'The database does not answer.');
    }
    return { status: 'ok' };
  }
}
