import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import {
  DeliveryError,
  deliveryErrorFromResponse,
  isDeliveryError,
  parseJson,
  type DownloadRequest,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type Json,
} from '@patchbay/plugin-sdk';
import { Agent, buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { EgressPolicy, EgressProxy } from '../egress/egress-policy.js';
import { AnswerTooLongError, decodedBody, RESPONSE_LIMIT } from './answer-body.js';
import { classifyFailure } from './classify-failure.js';
import {
  Exchange,
  WriteDelayedError,
  type Connection,
  type ExchangeOptions,
  type StopSignal,
  type TrackedDispatch,
  type WireAnswer,
} from './exchange.js';
import { openTunnel, tunnelTarget } from './open-tunnel.js';
import { encodedBody, RequestChecks } from './outbound-request.js';

/** Limits and callbacks for the requests of one client. */
export interface HttpClientOptions {
  readonly egress: EgressPolicy;
  /**
   * Stops every request of this client. A reason named `TimeoutError` is reported as the time limit, any other reason
   * as shutdown.
   */
  readonly signal: StopSignal;
  /**
   * Longest time that one request may take, in milliseconds. If undefined, only the time limit of the request itself
   * and the signal end a request.
   */
  readonly timeoutMs?: number;
  readonly userAgent?: string | undefined;
  /** Checks that the clients of one destination share. If undefined, the client has checks of its own. */
  readonly checks?: RequestChecks;
  /** Called with each request before the client does anything else with it. */
  readonly onRequest?: (request: HttpRequest) => void;
  /**
   * Called directly before each request is written to its open connection. Throws a {@link WriteRefusedError} to stop
   * the request, or a {@link WriteDelayedError} to repeat it later.
   */
  readonly beforeWrite?: () => void;
  /** Called once the vendor may have received a request. Not called for requests that are `readsOnly`. */
  readonly onSent?: () => void;
}

const decoder = new TextDecoder('utf-8');

/**
 * Creates an HTTP client for outbound requests. A client is cheap to create, because all clients of an egress policy
 * share their connections.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { checks = new RequestChecks() } = options;
  const send = sender(options, checks);
  const respond = async (request: HttpRequest, acceptsAnyStatus: boolean): Promise<HttpResponse> => {
    const { status, headers, body } = await send(request, RESPONSE_LIMIT);
    const text = decoder.decode(body);
    if (!acceptsAnyStatus && !isSuccess(status)) throw deliveryErrorFromResponse(status, headers, text);
    return { status, headers, text, bytes: body, json: () => parsedJson(text, status, request) };
  };
  return {
    send: (request) => respond(request, false),
    exchange: (request) => respond(request, true),
    download: (request) => downloaded(send, request),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** Sends a request, and resolves with the answer and its decompressed body of at most this many bytes. */
type Send = (request: HttpRequest, maxBytes: number) => Promise<WireAnswer>;

/**
 * Downloads a file. The host of the file is not the vendor, so no failure may pause, throttle or suspect the destination.
 */
async function downloaded(send: Send, { url, maxBytes }: DownloadRequest): Promise<Uint8Array> {
  const answer = await send({ method: 'GET', url, headers: { accept: '*/*' }, readsOnly: true }, maxBytes).catch(
    (error: unknown) => {
      if (!isDeliveryError(error) || (error.kind === 'transient' && !(error.cause instanceof AnswerTooLongError)))
        throw error;
      const why = error.cause instanceof AnswerTooLongError ? error.cause.message : error.message;
      throw new DeliveryError('rejected', `A file of the message could not be downloaded: ${why}. Check its URL.`);
    },
  );
  const { status, body } = answer;
  if (isSuccess(status)) return body;
  const isTemporary = status >= 500 || status === 408 || status === 425 || status === 429;
  throw new DeliveryError(
    isTemporary ? 'transient' : 'rejected',
    `A file of the message could not be downloaded: its host answered ${status}. Check its URL.`,
    { response: { status }, safeToRepeat: true },
  );
}

/** Creates the function that sends one request. */
function sender(options: HttpClientOptions, checks: RequestChecks): Send {
  const { egress, signal, userAgent = 'Patchbay', timeoutMs = Number.POSITIVE_INFINITY } = options;
  return async (request, maxBytes) => {
    options.onRequest?.(request);
    const { readsOnly = false, signal: aborted } = request;
    // The next three calls throw a DeliveryError if the request is invalid. The messages of these errors contain no
    // header values, no URL and no body.
    const { host, origin, path } = checks.targetOf(request);
    const headers = checks.headersOf(request, userAgent);
    const body = encodedBody(request, headers);
    const { method } = request;
    const dispatched = { method, headers, body, origin, path };
    const limits: ExchangeOptions = {
      signal,
      limitMs: Math.min(request.timeoutMs ?? timeoutMs, timeoutMs),
      maxBytes,
      beforeWrite: options.beforeWrite,
      onSent: readsOnly ? undefined : options.onSent,
    };
    if (signal instanceof AbortSignal) setMaxListeners(0, signal); // each request in flight adds one listener
    if (aborted !== undefined) setMaxListeners(0, aborted);
    for (;;) {
      const exchange = new Exchange(limits);
      if (signal.aborted) exchange.stopBySignal();
      else if (aborted?.aborted === true) exchange.stopByRequest();
      signal.addEventListener('abort', exchange.stopBySignal);
      aborted?.addEventListener('abort', exchange.stopByRequest);
      let delayMs: number;
      try {
        const agent = agents.get(egress) ?? openConnections(egress);
        const tracked: TrackedDispatch = { exchange, ...dispatched };
        if (exchange.stopped === undefined) agent.dispatch(tracked, exchange);
        const received = await exchange.answer;
        const encoding = received.headers['content-encoding'];
        if (encoding === undefined) return received;
        return { ...received, body: await decodedBody(received.body, encoding, maxBytes) };
      } catch (error) {
        const { sent, stopped, head } = exchange;
        if (!(error instanceof WriteDelayedError)) {
          throw classifyFailure({ host, error, sent, readsOnly, stopped, head });
        }
        delayMs = error.milliseconds;
      } finally {
        signal.removeEventListener('abort', exchange.stopBySignal);
        aborted?.removeEventListener('abort', exchange.stopByRequest);
        exchange.done();
      }
      await pause(delayMs, signal);
    }
  };
}

function parsedJson(text: string, status: number, { method, readsOnly = false }: HttpRequest): Json {
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed;
  // After a 2xx status, the vendor has done what the request asked for, so a retry could do it twice.
  const isDone = !readsOnly && method !== 'GET' && status >= 200 && status <= 299;
  throw new DeliveryError(
    isDone ? 'unconfirmed' : 'transient',
    `the vendor answered ${status} with a body that is not valid JSON or is nested too deeply`,
    { response: { status, body: text.slice(0, 4_096) } },
  );
}

/** Resolves after some milliseconds, or when the signal is aborted. */
function pause(milliseconds: number, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}

/**
 * Time after which the client closes an idle connection, in milliseconds. The time is shorter than the idle time of
 * common servers (5 s in Node.js), so that servers do not close connections first. If a server closes a connection
 * while a request is sent on it, the outcome of the request may be unconfirmed. undici's timer is up to a second late.
 */
const IDLE_MS = 3_000;
/**
 * Maximum number of connections to one origin. The number is higher than the maximum number of calls that a worker has
 * in flight.
 */
const MAX_CONNECTIONS = 2_048;
/** Time limit for opening a connection, in milliseconds. The time limit of each request is shorter. */
const CONNECT_MS = 120_000;

/** Options of each connection: HTTP/1.1 only, one request at a time, and no time limits by undici. */
const CONNECTION_OPTIONS: Client.Options = {
  pipelining: 1,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
};

/** Connections, by egress policy. A request under one policy never uses a connection of another policy. */
const agents = new WeakMap<EgressPolicy, Agent>();

/** Closes the idle connections of a policy and aborts requests in flight. For shutdown and tests. */
export function closeConnections(policy: EgressPolicy): void {
  void agents.get(policy)?.destroy();
  agents.delete(policy);
}

/** Client of one connection. Unlike undici's own `Client`, this class passes the connection to each exchange. */
class TrackedClient extends Client {
  private readonly connection: Connection;

  constructor(origin: string | URL, options: Client.Options, connect: buildConnector.connector) {
    const connection: Connection = { socket: null };
    super(origin, {
      ...options,
      connect: (to, done) => {
        connect(to, (...made) => {
          connection.socket = made[1];
          done(...made);
        });
      },
    });
    this.connection = connection;
  }

  override dispatch(options: TrackedDispatch, handler: Dispatcher.DispatchHandler): boolean {
    options.exchange.connection = this.connection;
    return super.dispatch(options, handler);
  }
}

function openConnections(policy: EgressPolicy): Agent {
  const connect = guardedConnector(policy);
  const agent = new Agent({
    factory: (origin) =>
      new Pool(origin, {
        connections: MAX_CONNECTIONS,
        factory: (to) => new TrackedClient(to, CONNECTION_OPTIONS, connect),
      }),
  });
  agents.set(policy, agent);
  return agent;
}

/**
 * Creates the connector that opens every connection. The connector connects only to addresses that the policy allows,
 * through the proxy of the policy if it has one.
 */
function guardedConnector(policy: EgressPolicy): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_MS, lookup: policy.lookup });
  return (to, done) => {
    const fail = (error: unknown): void => done(asError(error), null);
    try {
      policy.checkLiteral(to.hostname);
    } catch (error) {
      fail(error);
      return;
    }
    if (policy.proxy === undefined) {
      connect(to, done);
      return;
    }
    const isTls = to.protocol === 'https:';
    const port = Number(to.port === '' ? (isTls ? 443 : 80) : to.port);
    tunnelled(policy, policy.proxy, to.hostname, port).then((httpSocket) => {
      if (httpSocket === undefined) connect(to, done);
      else if (isTls) connect({ ...to, httpSocket }, done);
      else done(null, httpSocket);
    }, fail);
  };
}

/** Opens a tunnel through the proxy. Resolves with undefined if the host is reached without the proxy. */
async function tunnelled(
  policy: EgressPolicy,
  proxy: EgressProxy,
  hostname: string,
  port: number,
): Promise<Socket | undefined> {
  const host = await tunnelTarget(policy, proxy, hostname);
  return host === undefined ? undefined : openTunnel(proxy, { host, port }, CONNECT_MS);
}

function asError(error: unknown): Error {
  return error instanceof Error
    ? error
    : new Error('the address could not be checked against the egress rules', { cause: error });
}
