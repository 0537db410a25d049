import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from './problem.js';
import { protectiveHeaders } from './protective-headers.js';
import type { FastifyInstance } from 'fastify';

const HEADER_LIMIT_BYTES = 16 * 1024;
/** How long a whole request may take to arrive, and how often that is looked at, in milliseconds. */
export interface RequestTimeouts {
  readonly requestMs: number;
  readonly checkEveryMs: number;
}

const DEFAULT_TIMEOUTS: RequestTimeouts = { requestMs: 30_000, checkEveryMs: 5_000 };
/** After this long at shutdown, in milliseconds, whoever still sends or reads is cut off. */
const CLOSE_GRACE_MS = 5_000;

/** Routes whose bodies may be larger than an event's, in bytes. 10,000 brand files of 3 KB are one body. */
const BODY_LIMITS: Readonly<Record<string, number>> = { '/v1/apply': 32 * 1024 * 1024 };

/** Fastify, bounded: how large a request may be, how slowly it may come, and how long a connection may idle. */
export function createServer(bodyLimitBytes: number, timeouts = DEFAULT_TIMEOUTS): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    // A caller that sends its request byte by byte, or nothing at all, is cut off.
    requestTimeout: timeouts.requestMs,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // A call that comes while the hub ends is still answered properly: a platform may drop an event for good on a 5xx.
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headersTimeout: timeouts.requestMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
    },
    logger: false,
    // What is no request for any route: a URL that cannot be decoded, a name that is too long.
    frameworkErrors: ({ statusCode = 400 }: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      void reply
        .status(statusCode)
        .type('application/problem+json')
        .send(JSON.stringify(problem(statusCode, 'The URL cannot be read.')));
    },
  });
}

/** Bodies of every content type arrive as their bytes; answers carry the usual protective headers. */
export async function prepareServer(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  // Of any type, and of none. For what only `*` takes, Fastify looks through the type anew with every request.
  for (const type of [/^/, '*']) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  }
  closeConnectionsOnShutdown(fastify);
  forbidCaching(fastify);
  fastify.addHook('onRoute', (route) => {
    const limit = BODY_LIMITS[route.url];
    if (limit !== undefined) route.bodyLimit = limit;
  });
  const headers = await protectiveHeaders();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

/** Keys, customers' data and what is masked of it stay out of every cache on the way. */
function forbidCaching(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/v1/') || request.url.startsWith('/metrics')) {
      void reply.header('cache-control', 'no-store');
    }
    done();
  });
}

/** Else every connection that was busy when the end began would keep the process for its whole idle time. */
function closeConnectionsOnShutdown(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => fastify.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
