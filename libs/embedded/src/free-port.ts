import { createServer } from 'node:net';

/**
 * Finds a free port of 127.0.0.1. Another process may take this port before the caller uses it. The caller must then
 * find another port.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string')
          reject(new Error('No free TCP port was found: the test server reported no port. Start again.'));
        else resolve(address.port);
      });
    });
  });
}
