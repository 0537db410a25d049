import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SAMPLE_EVENTS } from '@patchbay/testing';
import { DEV_PAGE } from './dev-page-html.js';
import type { DevLog } from './dev-log.js';
import type { DevSession } from './dev-session.js';

/** Page of `patchbay plugin dev` at an address of its own. */
export interface DevPage {
  readonly url: string;
  stop(): Promise<void>;
}

/** Parts that the page shows and uses. */
export interface DevPageParts {
  /** Destination type of the plugin. */
  readonly type: string;
  readonly log: Pick<DevLog, 'entries'>;
  readonly session: Pick<DevSession, 'send'>;
}

/**
 * Starts the page that sends sample events and shows their results, on 127.0.0.1.
 *
 * - `GET /` returns the page, `GET /state` its data as JSON.
 * - `POST /send?type=<event type>` sends a sample event; an empty type sends the default sample.
 *
 * Other web pages in the same browser cannot use it: requests must name this address as host, and `POST` must also
 * have it as origin.
 */
export async function startDevPage(port: number, parts: DevPageParts): Promise<DevPage> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  server.on('request', (incoming, outgoing) => {
    answer(parts, host, incoming, outgoing);
  });
  return {
    url: `http://${host}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(
  { type, log, session }: DevPageParts,
  host: string,
  { method, url, headers }: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const [path = '/', query = ''] = (url ?? '/').split('?');
  if (headers.host !== host) {
    reply(outgoing, 403, 'text/plain', `Open http://${host}.`);
  } else if (method === 'GET' && path === '/') {
    const nonce = randomBytes(16).toString('base64');
    outgoing.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; frame-ancestors 'none'`,
    );
    reply(outgoing, 200, 'text/html; charset=utf-8', DEV_PAGE.replaceAll('NONCE', nonce));
  } else if (method === 'GET' && path === '/state') {
    const state = { type, samples: Object.keys(SAMPLE_EVENTS), entries: log.entries };
    reply(outgoing, 200, 'application/json', JSON.stringify(state));
  } else if (method === 'POST' && path === '/send' && headers.origin === `http://${host}`) {
    session.send(new URLSearchParams(query).get('type') ?? '');
    reply(outgoing, 202, 'application/json', '{}');
  } else {
    reply(outgoing, 404, 'text/plain', 'Not found. Use / in a browser.');
  }
}

function reply(outgoing: ServerResponse, status: number, contentType: string, body: string): void {
  outgoing.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}
