import { Inject, Injectable } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import { bearerToken, type Caller } from '@patchbay/core';
import type { FastifyRequest } from 'fastify';
import { Callers } from '../admin/keys/callers.service.js';
import { sessionTokenIn } from '../admin/session/session-cookie.js';
import { Sessions } from '../admin/session/sessions.service.js';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { People } from '../people/people.service.js';
import { refuseForgedRequest, type ConsoleRequest } from './console-guard.js';
import { ProblemError } from './problem.js';

/**
 * Finds the caller of a request: by its key, by its access token, or by the cookie of the console if it presents
 * neither.
 */
@Injectable()
export class Authenticator {
  constructor(
    private readonly callers: Callers,
    private readonly sessions: Sessions,
    private readonly people: People,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {}

  /**
   * Throws a ProblemError if the request has no valid key, access token or session, or if another site made it.
   * @param isUse true if the request postpones the end of its session
   */
  async callerOf(request: FastifyRequest, kind: ConsoleRequest, isUse: boolean): Promise<Caller> {
    const { authorization, cookie } = request.headers;
    const token = authorization === undefined ? sessionTokenIn(cookie) : undefined;
    if (token === undefined) return this.callerOfHeader(authorization, request.ip);
    refuseForgedRequest(request, this.environment.publicUrl, kind);
    const caller = await this.sessions.find(token, isUse);
    if (caller !== null) return caller;
    throw new ProblemError(401, 'Your session has ended. Sign in again.', undefined, {
      'www-authenticate': 'Bearer realm="patchbay"',
    });
  }

  private async callerOfHeader(authorization: string | undefined, address: string): Promise<Caller> {
    const token = bearerToken(authorization);
    const person = token === undefined ? null : await this.people.callerOfToken(token);
    return person ?? (await this.callers.find(authorization, address));
  }
}
