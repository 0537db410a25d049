import { Get, Param, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { callerId, type Caller } from '@patchbay/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminAccess } from '../../http/admin-access.service.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { LiveFeeds } from './live-feeds.service.js';
import { LiveNoticeDto } from './live-notice.dto.js';
import { LiveStream } from './live-stream.js';

/** Endpoint of live notices. */
@AdminController('v1/brands/:brand/live', 'live')
export class LiveController {
  constructor(
    private readonly feeds: LiveFeeds,
    private readonly brands: FreshConfiguration,
    private readonly access: AdminAccess,
  ) {}

  /** Streams notices until the client disconnects or its key or session ends. */
  @Get()
  @ApiOperation({
    operationId: 'streamLiveNotices',
    summary: 'Stream notices of new events, deliveries and configuration changes',
    description:
      'Server-sent events. `ready` has the revision of the brand. `change`, at most once per second, has a ' +
      '`LiveNotice`. `end` has the reason `access`, `shutdown` or `slow`. A changed state of a delivery sends nothing.',
  })
  @ApiExtraModels(LiveNoticeDto)
  @ApiOkResponse({ description: 'Notices', content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiProblem(404, 'The brand does not exist')
  async stream(
    @CurrentCaller() caller: Caller,
    @Param('brand') brandName: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { brand } = await this.brands.findBrand(brandName);
    const stream = new LiveStream();
    const remove = this.feeds.add({
      ...{ brandId: brand.id, callerId: callerId(caller), stream },
      check: () => this.checkAgain(request),
    });
    reply.raw.once('close', () => {
      remove();
      stream.body.destroy();
    });
    await this.feeds.watch(brand.id);
    const entry = await this.brands.findEntry(brandName);
    stream.send('ready', { revision: entry?.revision ?? brand.revision });
    void reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      // Proxies such as nginx would hold back the events.
      .header('x-accel-buffering', 'no')
      .send(stream.body);
  }

  private async checkAgain(request: FastifyRequest): Promise<void> {
    const { keyRoute } = request.routeOptions.config;
    if (keyRoute !== undefined) await this.access.checkAgain(request, keyRoute);
  }
}
