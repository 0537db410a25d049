import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { ProblemError } from '../../http/problem.js';
import { DestinationConnections, type CameBack, type Connected } from './destination-connections.service.js';
import { browserTokenIn, removedBrowserCookie } from './oauth-cookie.js';

/** The answer contains no script, and no other page learns the URL with the code. */
const HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/**
 * Endpoint to which a vendor sends a person back after the person has allowed the access. It is public, because the
 * one-time state in the query proves who started the request.
 */
@ApiExcludeController()
@Controller('oauth/callback')
export class OAuthCallbackController {
  constructor(
    private readonly connections: DestinationConnections,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {}

  /** Connects the destination. Answers with a text for the person, or with the page of the destination in the console. */
  @Get()
  async comeBack(
    @Query() query: CameBack['query'],
    @Req() { ip, headers }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    void reply.headers({ ...HEADERS, 'set-cookie': removedBrowserCookie() });
    try {
      const browserToken = browserTokenIn(headers.cookie);
      const connected = await this.connections.finish({ query, address: ip, browserToken });
      this.answer(reply, connected);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      void reply.status(error.status).headers(error.headers).send(`${error.message}\n`);
    }
  }

  private answer(reply: FastifyReply, { brand, destination, inConsole }: Connected): void {
    const { publicUrl = '' } = this.environment;
    const [of, name] = [brand, destination].map(encodeURIComponent);
    if (inConsole) void reply.status(303).header('location', `${publicUrl}/console/b/${of}/destinations/${name}`);
    void reply.send(`The destination ${brand}/${destination} is connected. You can close this page.\n`);
  }
}
