import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const HEADER_LIMIT_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify, bounded: how large a request may be, how slowly it may come, and how long a connection may idle. */
export function createServer(bodyLimitBytes: number): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    // A caller that sends its request byte by byte is cut off.
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    maxParamLength: 200,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: HEADER_LIMIT_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
    disableRequestLogging: true,
    logger: false,
  });
}

/** Bodies of every content type arrive as their bytes; answers carry the usual protective headers. */
export async function prepareServer(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // The API's documentation page brings its styles and its start script inline.
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
}
