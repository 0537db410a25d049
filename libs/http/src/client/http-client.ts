import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import {
  classifyStatus,
  DeliveryError,
  deliveryErrorFromResponse,
  isJson,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type Json,
} from '@patchbay/plugin-sdk';
import type { EgressPolicy } from '../egress/egress-policy.js';
import { agentsOf } from './agents.js';
import { classifyFailure } from './classify-failure.js';
import { ExchangeWatch } from './exchange-watch.js';
import { outboundRequest, REQUEST_BODY_LIMIT, type OutboundRequest } from './outbound-request.js';

/** The most that is read of an answer, decompressed, in bytes. */
export const RESPONSE_LIMIT = 1_024 * 1_024;

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
    const watch = new ExchangeWatch(options.egress.lookup, () => {
      if (!readsOnly) options.onSent?.();
    });
    const limit = Math.min(request.timeoutMs ?? options.timeoutMs, options.timeoutMs);
    const stop = new Stop(options.signal, limit);
    try {
      options.egress.checkLiteral(outbound.url.hostname);
      return completeAnswer(await call(options, outbound, request.method, watch, stop.signal));
    } catch (error) {
      const { head } = watch;
      throw classifyFailure({
        host: outbound.url.host,
        error,
        sent: watch.sent,
        readsOnly,
        stopped: stop.reason,
        head:
          head?.statusCode === undefined ? undefined : { status: head.statusCode, headers: flatHeaders(head.headers) },
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
  options: HttpClientOptions,
  outbound: OutboundRequest,
  method: HttpRequest['method'],
  watch: ExchangeWatch,
  signal: AbortSignal,
): Promise<AxiosResponse<Buffer>> {
  const agents = agentsOf(options.egress);
  return (options.axios ?? shared).request<Buffer>({
    method,
    url: outbound.url.href,
    headers: outbound.headers,
    data: outbound.body,
    adapter: 'http',
    transport: watch.transport,
    httpAgent: agents.http,
    httpsAgent: agents.https,
    signal,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: RESPONSE_LIMIT,
    maxBodyLength: REQUEST_BODY_LIMIT,
    responseType: 'arraybuffer',
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
  try {
    const parsed: unknown = JSON.parse(text);
    if (isJson(parsed)) return parsed;
  } catch {
    // Said below, for both.
  }
  throw new DeliveryError('transient', `the vendor answered ${status} with a body that is not JSON, or too deep`, {
    response: { status, body: text.slice(0, 4_096) },
  });
}

function flatHeaders(headers: object): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    if (value !== undefined && value !== null)
      flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return flat;
}

/** The signal of one request: fires at its time limit and with the client's own. */
class Stop {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  reason: 'time limit' | 'shutdown' | undefined;

  constructor(
    private readonly outer: AbortSignal,
    limitMs: number,
  ) {
    this.timer = setTimeout(() => this.fire('time limit'), limitMs);
    if (outer.aborted) this.stopOuter();
    else outer.addEventListener('abort', this.stopOuter, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  done(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.stopOuter);
  }

  private readonly stopOuter = (): void => {
    const reason: unknown = this.outer.reason;
    const timedOut =
      typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
    this.fire(timedOut ? 'time limit' : 'shutdown');
  };

  private fire(reason: 'time limit' | 'shutdown'): void {
    this.reason ??= reason;
    this.controller.abort();
  }
}
