import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Range of the returned ports. Operating systems take the ports of outgoing connections from a higher range. Therefore
 * no outgoing connection takes a port before the caller listens on it.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const MAX_ATTEMPTS = 100;

/**
 * Finds a free port of 127.0.0.1 at random. Another server may take this port before the caller uses it. The caller
 * must then find another port.
 */
export async function freePort(): Promise<number> {
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `No free TCP port was found in ${MAX_ATTEMPTS} attempts between ${FIRST_PORT} and ${LAST_PORT}. End unused servers.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
