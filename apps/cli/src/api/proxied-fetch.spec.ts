import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { proxiedFetch } from './proxied-fetch.js';

describe('proxiedFetch', () => {
  let server: Server;
  let origin: string;
  const received: string[] = [];

  beforeEach(async () => {
    received.length = 0;
    server = createServer((request, response) => {
      received.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(302, { location: '/other', 'x-seen': '1' }).end('moved');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    process.env.http_proxy = origin;
  });
  afterEach(() => {
    delete process.env.http_proxy;
    server.close();
    server.closeAllConnections();
  });

  it('sends a call through the proxy of the environment, and follows no redirect', async () => {
    const url = 'http://hub.example.com/v1/stats';
    const response = await proxiedFetch(url)(new Request(url));
    expect([response.status, response.headers.get('x-seen'), await response.text()]).toEqual([302, '1', 'moved']);
    expect(received).toEqual(['GET http://hub.example.com/v1/stats']);
  });

  it('sends a call to this machine without the proxy', async () => {
    await proxiedFetch(origin)(new Request(`${origin}/v1/stats`));
    expect(received).toEqual(['GET /v1/stats']);
  });
});
