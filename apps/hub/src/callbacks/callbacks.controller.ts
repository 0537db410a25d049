import { All, Controller, HttpCode, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  FALLBACK_TRIGGERS,
  FallbackSteps,
  openCredentials,
  StoredValuesCheck,
  SuppressionList,
  type StatusUpdateStore,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { CallbackRequest, StatusUpdate } from '@patchbay/plugin-sdk';
import type { HubEnvironment } from '@patchbay/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { plainHeaders, rawBodyOf } from '../http/http-server.js';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { STATUS_UPDATE_STORE } from '../database/database.module.js';
import type { HubTraces } from '../tracing/hub-traces.js';
import { TRACES } from '../tracing/tracing.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { calledDestinationOf } from './callback-hooks.js';
import { CalledDestinations } from './called-destinations.js';

/** Endpoint for the vendors' status callbacks. The plugin authenticates each call by its raw body. */
@ApiExcludeController()
@Controller('v1/callbacks')
export class CallbacksController {
  private readonly storedValues: StoredValuesCheck;

  constructor(
    private readonly destinations: CalledDestinations,
    private readonly gateway: PluginGateway,
    @Inject(STATUS_UPDATE_STORE) private readonly statusUpdates: StatusUpdateStore,
    private readonly fallbacks: FallbackSteps,
    private readonly suppressions: SuppressionList,
    private readonly metrics: HubMetrics,
    @Inject(HUB_ENVIRONMENT) private readonly environment: HubEnvironment,
    @Inject(TRACES) private readonly traces: HubTraces | null,
  ) {
    this.storedValues = new StoredValuesCheck(gateway);
  }

  /**
   * Receives a status callback, or answers the vendor's check of the URL. A wrong token, an unknown destination and a
   * forged signature get the same error.
   */
  @All(':destinationId/:token')
  @HttpCode(204)
  async receive(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const { method, protocol: scheme } = request;
    const { compiled, destination } = calledDestinationOf(request);
    const trace = this.traces?.beginCallback({ method, scheme, destinationId: destination.id });
    const { brand, hasMessageEvents } = compiled;
    const { type } = destination;
    // A plugin without its required signing key might accept forged calls.
    if (this.storedValues.problemOf(destination, brand) !== null) throw this.destinations.refused(type);
    const credentials = openCredentials(destination, brand);
    const callback = this.callbackOf(request);
    const own = { credentials, settings: destination.settings };
    if (callback.method === 'GET' && this.gateway.hasHandshake(destination.type)) {
      const answer = this.gateway.answerHandshake(destination.type, callback, own);
      if (answer === undefined) throw this.destinations.refused(type);
      // The answer usually repeats a text of the request, so no browser may read it as HTML.
      void reply
        .status(200)
        .headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
      return answer;
    }
    if (!(await this.gateway.authenticateCallback(destination.type, callback, own)))
      throw this.destinations.refused(type);
    const { statuses, recipients } = this.gateway.parseCallback(destination.type, callback, own);
    // Addresses come first, so that a fallback step that a status starts is already checked against them.
    const channel = this.gateway.facts(destination.type)?.messaging;
    if (channel === undefined) throw this.destinations.refused(type);
    await this.suppressions.apply({ brand, destination: destination.name, channel }, recipients);
    await this.statusUpdates.apply(destination.id, statuses, hasMessageEvents);
    this.metrics.callback(type, 'accepted');
    // The spans are recorded after the response.
    trace?.end(this.statusUpdates.traced(destination.id, statuses));
    // The response to the vendor does not wait for the fallback. If this run fails, the next sweep runs the stored
    // step.
    if (statuses.some(mayStartFallback)) void this.fallbacks.once().catch(() => undefined);
    return undefined;
  }

  /**
   * Builds the callback request for the plugin, with the public URL of the hub. Vendors sign the URL that they called,
   * but proxies may change its host and protocol.
   */
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
