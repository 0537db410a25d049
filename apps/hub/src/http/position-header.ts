import type { FastifyInstance, RouteOptions } from 'fastify';
import { inTime } from './in-time.js';

/**
 * Header with a position of the database, such as `0/3000148`. The answer to a change has it if a read replica is
 * configured. A list whose request repeats it contains the change.
 */
export const POSITION_HEADER = 'patchbay-position';
/** Header of lists and counts: maximum age of their data in seconds, if a read replica is configured. */
export const LAG_HEADER = 'patchbay-lag';

/** Documentation of {@link LAG_HEADER} in the API. */
export const LAG_HEADERS = {
  'Patchbay-Lag': {
    description:
      'Maximum age of the data in seconds, if a read replica is configured. To see an earlier change in any case, send the ' +
      'header `Patchbay-Position` of the answer to the change.',
    schema: { type: 'number' as const },
  },
};

/** Longest time that the answer to a change waits for its position, in milliseconds. */
const POSITION_WAIT_MS = 1_000;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Adds the position of the database to the answers of all changes by the admin API. Call this function before the routes
 * are registered.
 * @param readPosition reads the position of the primary. If it fails or takes more than a second, the answer has no
 *   position
 */
export function sendPositions(fastify: FastifyInstance, readPosition: () => Promise<string | null>): void {
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const isRead = [route.method].flat().every((method) => READS.has(method));
    if (isRead || route.config?.keyRoute === undefined) return;
    route.onSend = async (_request, reply, payload) => {
      // A position that cannot be read must not turn the answer to a committed change into an error.
      const reading = reply.statusCode < 400 ? inTime(readPosition(), POSITION_WAIT_MS).catch(() => null) : null;
      const position = (await reading) ?? null;
      if (position !== null) reply.header(POSITION_HEADER, position);
      return payload;
    };
  });
}
