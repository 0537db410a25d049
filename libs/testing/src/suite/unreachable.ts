import { createServer } from 'node:net';
import { listen, type Listening } from '../sandbox/listen-locally.js';

/** The URL of a port of 127.0.0.1 that was free a moment ago: connections are refused. */
export async function closedPort(): Promise<string> {
  const { url, close } = await listen(createServer(), 0);
  await close();
  return url;
}

/** A server that takes connections and never says a word: TLS with it gets no further than the first handshake. */
export function silentServer(): Promise<Listening> {
  return listen(createServer(), 0);
}
