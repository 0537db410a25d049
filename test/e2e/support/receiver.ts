import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@patchbay/testing/services';

/** Request that a {@link Receiver} got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Time at which the headers of the request arrived, in milliseconds of the monotonic clock. */
  readonly at: number;
}

/** Webhook receiver that records all requests and sends configured responses. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Sets the status of all later responses; initially 204. */
  answer(status: number, headers?: Record<string, string>): void;
  /** Holds all responses until the caller calls the returned function. */
  hold(): () => void;
  /** Resolves when the receiver has got at least `count` requests. */
  atLeast(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** Starts a receiver on 127.0.0.1 and a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 204;
  let headers: Record<string, string> = {};
  let open = Promise.resolve();
  const server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString(), at });
      void open.then(() => response.writeHead(status, headers).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (newStatus, newHeaders = {}) => {
      status = newStatus;
      headers = newHeaders;
    },
    hold: () => {
      let release = (): void => undefined;
      open = new Promise((resolve) => (release = resolve));
      return release;
    },
    atLeast: async (count) => {
      await until(() => received.length >= count, { what: `${count} requests at the receiver`, timeoutMs: 15_000 });
      return received;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}
