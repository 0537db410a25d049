import { Module, Controller, Get, Header, Inject, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { ConfigurationStore } from '@patchbay/core';
import { DatabaseModule, CONFIGURATION_STORE } from '../database/database.module.js';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { statusPage } from './status-page.js';

/** Controller of the status page at `/status`. The address `/` leads to the console. */
@ApiExcludeController()
@Controller()
export class StatusController {
  constructor(
    @Inject(CONFIGURATION_STORE) private readonly store: Pick<ConfigurationStore, 'revision'>,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
  ) {}

  @Get()
  @Redirect('/console', 302)
  @Header('cache-control', 'no-store')
  start(): void {
    // The decorator is the response.
  }

  @Get('status')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  async page(): Promise<string> {
    const ready = await this.store.revision().then(
      () => true,
      () => false,
    );
    const { role, demoInboxUrl } = this.environment;
    return statusPage({ ready, role, ...(demoInboxUrl === undefined ? {} : { inboxUrl: demoInboxUrl }) });
  }
}

/** Module of the status page. */
@Module({ imports: [DatabaseModule], controllers: [StatusController] })
export class StatusModule {}
