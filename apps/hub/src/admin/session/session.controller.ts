import { Delete, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { Caller } from '@patchbay/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { ProblemError } from '../../http/problem.js';
import { CurrentCaller } from '../../http/request-caller.js';
import { RequiresRole, ScopedToCaller } from '../../http/roles.decorator.js';
import { AdminController } from '../common/admin-controller.decorator.js';
import { isoTime } from '../common/time-range.dto.js';
import { SignInLinkDto } from './session.dto.js';
import { removedSessionCookie } from './session-cookie.js';
import { Sessions } from './sessions.service.js';
import { refuseFromElsewhere } from './sign-in.service.js';

/** Endpoints that end a session and make sign-in links. */
@AdminController('v1/session', 'session')
@RequiresRole('viewer')
@ScopedToCaller(true)
export class SessionController {
  constructor(
    private readonly sessions: Sessions,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {}

  /** Ends the session of the caller. */
  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out of the console' })
  @ApiNoContentResponse({ description: 'The session has ended, and the browser forgets what it stored of the console' })
  async end(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    if (caller.session === null)
      throw new ProblemError(
        400,
        'The request presents a key or token, which has no session. Send the cookie of the console.',
      );
    await this.sessions.end(caller, caller.session);
    void reply.headers({ 'set-cookie': removedSessionCookie(), 'clear-site-data': '"cache", "storage"' });
  }

  /** Makes a sign-in link. */
  @Post('links')
  @HttpCode(201)
  @ApiOperation({
    operationId: 'createSignInLink',
    summary: 'Make a one-time link to sign in to the console',
    description:
      'The link is valid once, for 30 minutes, with the rights of your key. It is made and used only on the machine ' +
      'of the hub.',
  })
  @ApiCreatedResponse({ type: SignInLinkDto })
  @ApiProblem(403, 'The request does not come from the machine of the hub, or presents no key')
  async makeLink(@CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<SignInLinkDto> {
    if (caller.personId !== null)
      throw new ProblemError(
        403,
        'A sign-in link has the rights of a key. Use a key as `Authorization: Bearer <key>`.',
      );
    if (caller.session !== null)
      throw new ProblemError(
        403,
        'A session cannot make sign-in links, because they would outlive it. Use a key as `Authorization: Bearer <key>`.',
      );
    refuseFromElsewhere(request, this.environment.publicUrl);
    const link = await this.sessions.makeLink(caller);
    if (link === null)
      throw new ProblemError(401, 'The key has been revoked. Send a valid key as `Authorization: Bearer <key>`.');
    return { token: link.token, expiresAt: isoTime(link.expiresAt) };
  }
}
