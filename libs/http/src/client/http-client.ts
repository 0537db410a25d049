import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
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
import type { Agent } from 'undici';
import type { EgressPolicy } from '../egress/egress-policy.js';
import { classifyFailure } from './classify-failure.js';
import { agentOf } from './agents.js';
import { Exchange } from './exchange.js';
import { flatHeaders } from './flat-headers.js';
import { undiciAdapter } from './undici-adapter.js';
import { outboundRequest, type OutboundRequest } from './outbound-request.js';
import { Stop } from './stop.js';

/** What bounds and watches the requests of one client. */
export interface HttpClientOptions {
  /** The instance to send by; the library's own where left out. */
  readonly axios?: AxiosInstance;
  readonly egress: EgressPolicy;
  /** Stops every request of this client. A reason named `TimeoutError` is told as the time limit, others as shutdown. */
  readonly signal: AbortSignal;
  /** The longest that one request may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly userAgent?: string;
  /** Told of each request that is not `readsOnly`, once it may have reached the vendor. */
  readonly onSent?: () => void;
}

const shared = axios.create();
const decoder = new TextDecoder('utf-8');

/** The hub's one outbound client. Cheap: connections are shared by all clients of an egress policy. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const userAgent = options.userAgent ?? 'Patchbay';

  async function exchange(request: HttpRequest): Promise<HttpResponse> {
    const outbound = outboundRequest(request, userAgent);
    const readsOnly = request.readsOnly ?? false;
    const limit = Math.min(request.timeoutMs ?? options.timeoutMs, options.timeoutMs);
    const wire = new Exchange(() => {
      if (!readsOnly) options.onSent?.();
    });
    const stop = new Stop(options.signal, limit, () => wire.cut());
    try {
      return completeAnswer(
        await call(options.axios ?? shared, outbound, request.method, wire, agentOf(options.egress)),
      );
    } catch (error) {
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

function call(
  instance: AxiosInstance,
  outbound: OutboundRequest,
  method: HttpRequest['method'],
  wire: Exchange,
  dispatcher: Agent,
): Promise<AxiosResponse<Buffer>> {
  return instance.request<Buffer>({
    method,
    url: outbound.url.href,
    headers: outbound.headers,
    data: outbound.body,
    adapter: undiciAdapter(wire, dispatcher, method, outbound.url),
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
  });
}

function completeAnswer(response: AxiosResponse<Buffer>): HttpResponse {
  const text = decoder.decode(response.data);
  return {
    status: response.status,
    headers: flatHeaders(response.headers),
    text,
    json: () => parsedJson(text, response.status),
  };
}

function parsedJson(text: string, status: number): Json {
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed;
  throw new DeliveryError('transient', `the vendor answered ${status} with a body that is not JSON, or too deep`, {
    response: { status, body: text.slice(0, 4_096) },
  });
}
