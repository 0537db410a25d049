import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { Caller } from '@patchbay/core';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { ScopedToCaller } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { MeDto, meView } from './session.dto.js';

/** Endpoint that shows callers their own rights. */
@AdminController('v1/me', 'session')
@ScopedToCaller(true)
export class MeController {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'demoInboxUrl'>,
  ) {}

  /** Returns the caller. */
  @Get()
  @ApiOperation({ summary: 'Get the rights of your key, and the end of your session' })
  @ApiOkResponse({ type: MeDto })
  async read(@CurrentCaller() caller: Caller): Promise<MeDto> {
    const brands = await this.brands.directory();
    return meView(caller, brands, this.environment.demoInboxUrl);
  }
}
