import { Delete, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Caller } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { ApiProblem } from '../../http/problem.dto.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { ShowsPeopleIn } from '../common/present-names.js';
import { isoTime } from '../common/time-range.dto.js';
import { DestinationConnections } from './destination-connections.service.js';
import { ConnectRequestDto } from './destination-connections.dto.js';
import { browserCookie } from './oauth-cookie.js';

/** Endpoints that connect destinations to accounts at their vendors. */
@AdminController('v1/brands/:brand/destinations/:name/oauth', 'destinations')
@RequiresRole('admin')
@ApiProblem(404, 'The brand or the destination does not exist')
@ApiProblem(409, 'The destination type needs no connection, or PATCHBAY_PUBLIC_URL is not set')
@ShowsPeopleIn('connectedBy')
export class DestinationConnectionsController {
  constructor(private readonly connections: DestinationConnections) {}

  /** Starts a request to connect. */
  @Post('connect')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'connectDestination',
    summary: 'Get the page of the vendor at which a person connects the destination',
    description:
      'Open the page in a browser within 10 minutes. The vendor sends the person back to the hub, which stores the ' +
      'tokens. An earlier connection stays until then.',
  })
  @ApiOkResponse({ type: ConnectRequestDto })
  async connect(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectRequestDto> {
    const { authorizeUrl, expiresAt, browserToken } = await this.connections.start(caller, brand, name);
    if (browserToken !== null) void reply.header('set-cookie', browserCookie(browserToken));
    return { authorizeUrl, expiresAt: isoTime(expiresAt) };
  }

  /** Disconnects a destination. */
  @Delete()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'disconnectDestination',
    summary: 'Disconnect the destination and delete its tokens',
    description: 'Idempotent. Deliveries are held until a person connects the destination again.',
  })
  @ApiNoContentResponse({ description: 'The hub has no tokens of the destination' })
  disconnect(
    @CurrentCaller() caller: Caller,
    @Param('brand') brand: string,
    @Param('name') name: string,
  ): Promise<void> {
    return this.connections.disconnect(caller, brand, name);
  }
}
