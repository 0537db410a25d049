import { createServer } from 'node:net';
import { CliError } from '../cli-error.js';

const HUB_PORT = 3000;

/**
 * Returns the requested port of the demo's hub. If none is requested, returns port 3000, or another free port if port
 * 3000 is in use.
 * @throws CliError if the requested port is in use
 */
export async function hubPort(requested: number | undefined): Promise<number> {
  if (requested === undefined) return freePort(HUB_PORT);
  const port = await tryPort(requested);
  if (port !== undefined) return port;
  throw new CliError(`Port ${requested} cannot be used.`, 'Choose another port with --port, or omit --port.');
}

/** Returns the preferred port of 127.0.0.1 if it is free, otherwise another free port. */
export async function freePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : undefined);
      });
    });
  });
}
