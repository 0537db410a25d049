import {
  classifyStatus,
  DeliveryError,
  deliveryErrorFromResponse,
  parseJson,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type Json,
} from '@patchbay/plugin-sdk';
import type { EgressPolicy } from '../egress/egress-policy.js';
import { classifyFailure } from './classify-failure.js';
import { agentOf } from './agents.js';
import { decodedBody } from './answer-body.js';
import { Exchange, type WireAnswer, type WireRequest } from './exchange.js';
import { outboundRequest } from './outbound-request.js';
import { pause } from './pause.js';
import { Stop, type StopSignal } from './stop.js';
import { WriteDelayedError } from './write-delayed.error.js';

/** Limits and callbacks for the requests of one client. */
export interface HttpClientOptions {
  readonly egress: EgressPolicy;
  /**
   * Stops every request of this client. A reason named `TimeoutError` is reported as the time limit, any other reason
   * as shutdown.
   */
  readonly signal: StopSignal;
  /** Longest time that one request may take, in milliseconds. If undefined, only the signal limits it. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /**
   * Called directly before each request is written to its open connection. Throws a {@link WriteRefusedError} to stop
   * the request, or a {@link WriteDelayedError} to repeat it later.
   */
  readonly beforeWrite?: () => void;
  /** Called for each request that is not `readsOnly`, once it may have reached the vendor. */
  readonly onSent?: () => void;
}

const decoder = new TextDecoder('utf-8');

/**
 * Creates an HTTP client for outbound requests. Creating one is cheap, because all clients of an egress policy share
 * their connections.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { userAgent = 'Patchbay', timeoutMs = Number.POSITIVE_INFINITY } = options;

  async function exchange(request: HttpRequest): Promise<HttpResponse> {
    const outbound = outboundRequest(request, userAgent);
    for (;;) {
      const answer = await exchangeOnce(request, outbound);
      if (!(answer instanceof WriteDelayedError)) return answer;
      await pause(answer.milliseconds, options.signal);
    }
  }

  async function exchangeOnce(request: HttpRequest, outbound: WireRequest): Promise<HttpResponse | WriteDelayedError> {
    const readsOnly = request.readsOnly ?? false;
    const limit = Math.min(request.timeoutMs ?? timeoutMs, timeoutMs);
    const wire = new Exchange(
      () => {
        if (!readsOnly) options.onSent?.();
      },
      () => options.beforeWrite?.(),
    );
    const stop = new Stop(options.signal, limit, () => wire.abort());
    try {
      return await completeAnswer(await wire.start(agentOf(options.egress), outbound));
    } catch (error) {
      if (error instanceof WriteDelayedError) return error;
      throw classifyFailure({
        host: outbound.url.host,
        error,
        sent: wire.sent,
        readsOnly,
        stopped: stop.reason,
        head: wire.head,
      });
    } finally {
      stop.done();
    }
  }

  return {
    exchange,
    async send(request) {
      const response = await exchange(request);
      if (classifyStatus(response.status) === undefined) return response;
      throw deliveryErrorFromResponse(response.status, response.headers, response.text);
    },
  };
}

async function completeAnswer({ status, headers, body }: WireAnswer): Promise<HttpResponse> {
  const text = decoder.decode(await decodedBody(body, headers['content-encoding']));
  return { status, headers, text, json: () => parsedJson(text, status) };
}

function parsedJson(text: string, status: number): Json {
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed;
  throw new DeliveryError(
    'transient',
    `the vendor answered ${status} with a body that is not valid JSON or is nested too deeply`,
    {
      response: { status, body: text.slice(0, 4_096) },
    },
  );
}
