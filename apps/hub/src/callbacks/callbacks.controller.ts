import { All, Controller, HttpCode, Inject, Param, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  FALLBACK_TRIGGERS,
  FallbackSteps,
  LiveConfiguration,
  openCredentials,
  StoredValuesCheck,
  type Clock,
  type StatusUpdateStore,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { CallbackRequest, StatusUpdate } from '@patchbay/plugin-sdk';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.js';
import { plainHeaders, rawBodyOf } from '../http/raw-request.js';
import { CLOCK, STATUS_UPDATE_STORE, HUB_ENVIRONMENT } from '../tokens.js';
import { CallbackUrls, type TokenVerdict } from './callback-urls.js';

/** Endpoint for the vendors' status callbacks. The plugin authenticates each call on its raw body. */
@ApiExcludeController()
@Controller('v1/callbacks')
export class CallbacksController {
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly gateway: PluginGateway,
    @Inject(STATUS_UPDATE_STORE) private readonly statusUpdates: StatusUpdateStore,
    private readonly fallbacks: FallbackSteps,
    private readonly urls: CallbackUrls,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
  ) {
    this.storedValues = new StoredValuesCheck(gateway);
  }

  /** A wrong token, an unknown destination and a forged signature are answered alike. */
  @All(':destinationId/:token')
  @HttpCode(204)
  async receive(
    @Param('destinationId') destinationId: string,
    @Param('token') token: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const verdict = this.verifyToken(destinationId, token);
    if (verdict === 'wrong') throw refused();
    // The token is ours: the destination, or its newest URL, may be younger than what is in memory.
    if (verdict === 'stale') await this.configuration.refresh();
    if (verdict === 'stale' && this.verifyToken(destinationId, token) !== 'valid') throw refused();
    const destination = this.configuration.current.destination(destinationId);
    const brand = destination === undefined ? undefined : this.configuration.current.brand(destination.brandId);
    if (destination === undefined || brand === undefined) throw refused();
    // A plugin that misses a key which it requires could take any call for the vendor's.
    if (this.storedValues.problemOf(destination, brand) !== null) throw refused();
    const credentials = openCredentials(destination, brand);
    const callback = this.callbackOf(request);
    const own = { credentials, settings: destination.settings };
    if (!(await this.gateway.authenticateCallback(destination.type, callback, own))) throw refused();
    const updates = this.gateway.parseCallback(destination.type, callback, own);
    await this.statusUpdates.apply(destination.id, updates);
    // The vendor does not wait for the fallback. The step is stored, so that the next sweep runs it if this fails.
    if (updates.some(mayStartFallback)) void this.fallbacks.once().catch(() => undefined);
  }

  private verifyToken(destinationId: string, token: string): TokenVerdict {
    const destination = this.configuration.current.destination(destinationId);
    return this.urls.verifyToken(destinationId, token, destination, this.clock.now());
  }

  /** Signatures are made over the URL the vendor called, which only the public URL tells: proxies change the rest. */
  private callbackOf(request: FastifyRequest): CallbackRequest {
    const origin = this.environment.publicUrl ?? `${request.protocol}://${request.host}`;
    return {
      method: request.method,
      url: `${origin}${request.url}`,
      headers: plainHeaders(request.headers),
      rawBody: rawBodyOf(request),
    };
  }
}

/** True for a status that may start the next step of a fallback. */
function mayStartFallback({ status }: StatusUpdate): boolean {
  return FALLBACK_TRIGGERS.some((trigger) => trigger === status);
}

function refused(): ProblemError {
  return new ProblemError(403, 'This is not a status callback of a destination here.');
}
