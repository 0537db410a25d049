import { createServer } from 'node:net';
import { listen, type Listening } from '../sandbox/listen-locally.js';

/** Returns a URL of 127.0.0.1 that refuses connections, because its port was free a moment ago. */
export async function closedPort(): Promise<string> {
  const { url, close } = await listen(createServer(), 0);
  await close();
  return url;
}

/** Starts a server that accepts connections and never responds. A TLS handshake with this server never completes. */
export function silentServer(): Promise<Listening> {
  return listen(createServer(), 0);
}
