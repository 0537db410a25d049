import { createServer, type IncomingHttpHeaders } from 'node:http';

/** Request that a fake hub received. */
export interface HubCall {
  readonly method: string;
  /** Path with the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface FakeHub {
  readonly url: string;
  readonly calls: HubCall[];
  stop(): Promise<void>;
}

export const KEY = 'invented-admin-key-0001';

/** Starts an HTTP server on a free port that responds as `answer` says, or with 404 if `answer` returns undefined. */
export async function startFakeHub(answer: (call: HubCall) => FakeAnswer | undefined): Promise<FakeHub> {
  const calls: HubCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const call = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      const { status, body } = answer(call) ?? { status: 404, body: { status: 404, title: 'Not Found' } };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
