import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { refuseOtherSite } from '../../http/console-guard.js';
import { ProblemError } from '../../http/problem.js';
import { ProviderSignIn, type SignInFailure } from './provider-sign-in.service.js';
import { SignInOptionsDto } from './session.dto.js';
import { sessionCookie } from './session-cookie.js';
import { removedSignInCookie, signInCookie, signInCookieIn } from './sign-in-cookie.js';

/** No cache keeps the redirects, and no other page learns the URL with the code. */
const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** Endpoints of the sign-in at the identity provider. They are public: the browser has no session yet. */
@ApiTags('session')
@Controller('v1/sign-in')
export class ProviderSignInController {
  constructor(
    private readonly signIn: ProviderSignIn,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'publicUrl'>,
  ) {}

  /** Returns the ways to sign in. */
  @Get()
  @ApiOperation({
    operationId: 'getSignInOptions',
    summary: 'Get the ways to sign in to the console',
    description: 'Needs no key. Keys are always accepted.',
  })
  @ApiOkResponse({ type: SignInOptionsDto })
  options(): SignInOptionsDto {
    const name = this.signIn.providerName;
    return { provider: name === null ? null : { name } };
  }

  /** Sends the browser to the identity provider. */
  @Get('start')
  @ApiExcludeEndpoint()
  async start(
    @Req() request: FastifyRequest,
    @Query('return') wanted: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    refuseOtherSite(request);
    const started = await this.signIn.start(wanted);
    if (started === null)
      throw new ProblemError(
        404,
        'This hub has no identity provider. Sign in with a key, or add signIn to patchbay.yaml.',
      );
    if (typeof started === 'string') this.fail(reply, started);
    else void reply.headers({ ...HEADERS, 'set-cookie': signInCookie(started.cookie) }).redirect(started.url, 303);
  }

  /** Takes the browser back from the identity provider. Starts a session, or shows the reason on the sign-in page. */
  @Get('callback')
  @ApiExcludeEndpoint()
  async finish(@Req() { url, headers, ip }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const queryAt = url.indexOf('?');
    const query = queryAt === -1 ? '' : url.slice(queryAt);
    const result = await this.signIn.finish(query, signInCookieIn(headers.cookie), ip);
    if (!result.ok) {
      this.fail(reply, result.failure);
      return;
    }
    const cookies = [removedSignInCookie(), sessionCookie(result.token)];
    void reply.headers({ ...HEADERS, 'set-cookie': cookies }).redirect(this.hubUrl(result.path), 303);
  }

  /** Sends a browser whose session has ended to the identity provider, which ends its own session. */
  @Get('end')
  @ApiExcludeEndpoint()
  async end(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseOtherSite(request);
    void reply.headers(HEADERS).redirect(await this.signIn.signOutUrl(), 303);
  }

  private fail(reply: FastifyReply, failure: SignInFailure): void {
    const page = this.hubUrl(`/console/sign-in?failed=${failure}`);
    void reply.headers({ ...HEADERS, 'set-cookie': removedSignInCookie() }).redirect(page, 303);
  }

  private hubUrl(path: string): string {
    return `${this.environment.publicUrl ?? ''}${path}`;
  }
}
