import type { IncomingHttpHeaders } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Reservation } from '@patchbay/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from './problem.js';
import { protectiveHeaders } from './protective-headers.js';

/** Route of the ingest endpoint. */
export const INGEST_URL = '/v1/ingest/:brand/:source';
/** Route of the vendors' status callbacks. */
export const CALLBACK_URL = '/v1/callbacks/:destinationId/:token';

const HEADER_LIMIT_BYTES = 16 * 1024;
/** Maximum time to receive a request, and interval at which this limit is checked, both in milliseconds. */
export interface RequestTimeouts {
  readonly requestMs: number;
  readonly checkEveryMs: number;
}

const DEFAULT_TIMEOUTS: RequestTimeouts = { requestMs: 30_000, checkEveryMs: 5_000 };
/** Time after which open connections are closed at shutdown, in milliseconds. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Body limit of unknown paths and of routes that anybody can call, in bytes. Nothing else bounds the memory for their
 * bodies.
 */
const OPEN_BODY_LIMIT_BYTES = 4 * 1024;
/** Routes without a key that reserve the bytes of a body before they read it. */
const ROUTES_WITH_BUDGET: ReadonlySet<string> = new Set([INGEST_URL, CALLBACK_URL]);

/**
 * Body limits of routes whose bodies are much larger than an event, in bytes. One body of `/v1/apply` can contain
 * 10,000 brand files of 3 KB each. A form encodes a byte of an e-mail in up to three bytes.
 */
const BODY_LIMITS: Readonly<Record<string, number>> = {
  '/v1/apply': 32 * 1024 * 1024,
  '/v1/brands/:brand/sources/:source/imports/:id': 4 * 1024 * 1024,
  '/console/mail-frame': 3 * 1024 * 1024 + 1024,
};

/** Creates the Fastify server with limits for request size, request duration and idle connections. */
export function createServer(timeouts = DEFAULT_TIMEOUTS): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: OPEN_BODY_LIMIT_BYTES,
    // Disconnects clients that send a request too slowly, or send nothing.
    requestTimeout: timeouts.requestMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // The server still processes requests during shutdown, because a platform may drop an event for good after a 5xx
    // response.
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headersTimeout: timeouts.requestMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
    },
    logger: false,
    // Handles errors that occur before routing: a URL that cannot be decoded, or a path parameter that is too long. No
    // hook runs for them, which would add the protective headers.
    frameworkErrors: ({ statusCode = 400 }: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      void reply
        .status(statusCode)
        .header('x-content-type-options', 'nosniff')
        .type('application/problem+json')
        .send(
          JSON.stringify(
            problem(
              statusCode,
              'The URL is invalid, because it cannot be decoded or a part of its path is too long. Correct the URL.',
            ),
          ),
        );
    },
  });
}

/**
 * Configures the server: bodies of every content type arrive as bytes, and responses have protective headers. Call this
 * function before the routes are registered.
 * @param bodyLimitBytes body limit of events, of status callbacks, and of routes that require a key
 */
export async function prepareServer(app: NestFastifyApplication, bodyLimitBytes: number): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  // `/^/` matches any content type, and `*` also matches requests without a content type. With `*` alone, Fastify would
  // parse the content type of every request.
  for (const type of [/^/, '*']) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  }
  fastify.addHook('onRoute', (route) => {
    const isOpen = route.config?.keyRoute === undefined && !ROUTES_WITH_BUDGET.has(route.url);
    if (!isOpen) route.bodyLimit = BODY_LIMITS[route.url] ?? bodyLimitBytes;
  });
  await addResponseHeaders(fastify);
}

/**
 * Adds the headers of every response. At shutdown, the server closes each connection after its response. Otherwise a
 * connection that was busy when the shutdown began would stay open until its idle timeout.
 */
async function addResponseHeaders(fastify: FastifyInstance): Promise<void> {
  const protective = await protectiveHeaders();
  let closing = false;
  fastify.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => fastify.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
  fastify.addHook('onSend', ({ url }, reply, payload, done) => {
    // The console has a content security policy of its own.
    const hasOwnPolicy = reply.hasHeader('content-security-policy');
    void reply.headers(hasOwnPolicy ? { ...protective, ...reply.getHeaders() } : protective);
    // Responses may contain keys and customer data.
    if (url.startsWith('/v1/') || url.startsWith('/metrics')) void reply.header('cache-control', 'no-store');
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Returns the bytes of a request's body. The server parses no content type, because signatures are computed over the
 * bytes.
 */
export function rawBodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** Returns a parameter of the path of a request, for example `brand`. Empty if the route has no such parameter. */
export function pathParameterOf({ params }: FastifyRequest, name: string): string {
  if (typeof params !== 'object' || params === null || !Object.hasOwn(params, name)) return '';
  return String(Reflect.get(params, name));
}

/** Returns headers with one string per name. Repeated headers are joined by commas, as HTTP allows. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/**
 * Returns the Content-Length of a request. Returns null if the body is chunked or missing. Returns 0 if the length is
 * over the limit, because Fastify refuses the request without reading its body.
 */
export function declaredBytes(request: FastifyRequest): number | null {
  const declared = request.headers['content-length'];
  if (declared === undefined) return null;
  const bytes = Number(declared);
  return Number.isSafeInteger(bytes) && bytes <= request.routeOptions.bodyLimit ? bytes : 0;
}

/** Returns true if a request has a body. */
export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Stream that reserves the bytes of a body as they pass. Fails if the reservation cannot grow. */
export class CountedBody extends Transform {
  constructor(
    private readonly reservation: Reservation,
    private readonly refusal: () => Error,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.reservation.grow(chunk.length)) done(null, chunk);
    else done(this.refusal());
  }
}
