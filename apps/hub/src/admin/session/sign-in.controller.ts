import { Body, Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { JsonBodyPipe } from '../../http/json-body.pipe.js';
import { KnownQueryGuard } from '../../http/known-query.js';
import { ApiProblem } from '../../http/problem.dto.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { MeDto, meView, SignInDto } from './session.dto.js';
import { sessionCookie } from './session-cookie.js';
import { SignIn } from './sign-in.service.js';

/** Endpoint at which the console signs in. It is public, because the body contains the key. */
@ApiTags('session')
@Controller('v1/session')
@UseGuards(KnownQueryGuard)
export class SignInController {
  constructor(
    private readonly signIn: SignIn,
    private readonly brands: FreshConfiguration,
    @Inject(HUB_ENVIRONMENT) private readonly environment: Pick<HubEnvironment, 'demoInboxUrl'>,
  ) {}

  /** Starts a session. */
  @Post()
  @HttpCode(201)
  @ApiOperation({
    operationId: 'createSession',
    summary: 'Sign in to the console',
    description:
      'For browsers: exchanges a key for a session cookie that scripts cannot read. Programs send their key as ' +
      '`Authorization: Bearer <key>` instead. The session ends after one hour without use, after 12 hours, or when ' +
      'the key is revoked or expires.',
  })
  @ApiCreatedResponse({ type: MeDto, description: 'Signed in; the cookie `__Host-patchbay` contains the session' })
  @ApiProblem(400, 'The body is invalid')
  @ApiProblem(401, 'The key or link is wrong, expired or already used')
  @ApiProblem(403, 'The key has the role ingest, or a page of another site makes the request')
  @ApiProblem(415, 'The body is not JSON')
  @ApiProblem(429, 'Too many wrong keys came from this address: retry after Retry-After')
  @ApiProblem(503, 'The database is unavailable: retry after Retry-After')
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body(JsonBodyPipe) body: SignInDto,
  ): Promise<MeDto> {
    const { token, caller } = await this.signIn.signIn(request, body);
    const brands = await this.brands.directory();
    void reply.header('set-cookie', sessionCookie(token));
    return meView(caller, brands, this.environment.demoInboxUrl);
  }
}
