import { Inject, Injectable } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyRequest } from 'fastify';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { refuseForgedSignIn } from '../../http/console-guard.js';
import { isFromThisMachine } from '../../http/own-origin.js';
import { ProblemError } from '../../http/problem.js';
import { Callers, type Verdict } from '../keys/callers.service.js';
import type { SignInDto } from './session.dto.js';
import { Sessions, type StartedSession } from './sessions.service.js';

/** Signs people in to the console with a key, or with the token of a sign-in link. */
@Injectable()
export class SignIn {
  constructor(
    private readonly callers: Callers,
    private readonly sessions: Sessions,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {}

  /**
   * Starts a session. Wrong keys and tokens count towards the throttling of the address, as wrong keys of the API do.
   * @throws ProblemError if a page of another site makes the request, or the key or token is wrong
   */
  async signIn(request: FastifyRequest, { key, token }: SignInDto): Promise<StartedSession> {
    refuseForgedSignIn(request, this.environment.publicUrl);
    const verdict = await this.check(request, key, token);
    if (verdict.kind === 'wrong') throw refusal(verdict.retryAfterMs);
    if (verdict.caller.role === 'ingest')
      throw new ProblemError(
        403,
        'A key of the role ingest only posts events. Sign in with a key of the role viewer, operator or admin.',
      );
    const started = await this.sessions.start(verdict.caller);
    if (started === null) throw refusal(null);
    return started;
  }

  private check(request: FastifyRequest, key: string | undefined, token: string | undefined): Promise<Verdict> {
    if (key !== undefined && token === undefined) return this.callers.check(key, request.ip);
    if (token === undefined || key !== undefined)
      throw new ProblemError(400, 'The body needs exactly one of key and token. Send one of them.', [
        { field: 'key', detail: 'must be given if token is not given, and only then' },
      ]);
    refuseFromElsewhere(request, this.environment.publicUrl);
    return this.callers.check(token, request.ip, (secret, now) => this.sessions.takeLink(secret, now));
  }
}

/** Throws a ProblemError 403 if a request about sign-in links does not come from the machine of the hub. */
export function refuseFromElsewhere({ ip, headers }: FastifyRequest, publicUrl: string | undefined): void {
  if (isFromThisMachine({ address: ip, headers, publicUrl })) return;
  throw new ProblemError(
    403,
    'Sign-in links work only in a browser on the machine of the hub, at its loopback address, and only if ' +
      'PATCHBAY_PUBLIC_URL is not set or has that address. Sign in with a key.',
  );
}

function refusal(retryAfterMs: number | null): ProblemError {
  return retryAfterMs === null
    ? new ProblemError(
        401,
        'The key or link is wrong, expired or already used. Sign in with a valid key of this hub, or make a new link ' +
          'with `npx patchbay console`.',
      )
    : new ProblemError(
        429,
        'The key or link is wrong or expired, and your address is throttled because it sent too many wrong keys. ' +
          'Sign in with a valid key, or retry after Retry-After.',
        undefined,
        { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) },
      );
}
