import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ACME_AUTH, acmeBrand, acmeEnv } from './support/acme.js';
import { adminRoutes, type Route } from './support/admin-routes.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') });
}, SERVICE_TIMEOUT_MS);
afterAll(() => hub.close());

/** Sends raw bytes to the hub. Returns the whole response once the hub has closed the connection. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(hub.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', (error) => (received === '' ? reject(error) : undefined));
    socket.write(text);
  });
}

/** Pattern of texts that reveal the implementation of the hub or its location on the disk. */
const INSIDE = /\.[cm]?[jt]s:\d+:\d+|node_modules|node:internal|\/(src|dist)\/|Error:|SELECT |QueryFailed/;

describe('every response', () => {
  const URLS = [
    '/status',
    '/docs',
    '/openapi.json',
    '/health/live',
    '/v1/brands',
    '/v1/nowhere',
    '/nowhere',
    '/metrics',
  ];

  it.each(URLS)('of %s has protective headers, and none that reveals the implementation', async (path) => {
    const { headers } = await fetch(`${hub.url}${path}`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*object-src 'none'/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('of the API forbids caching, including errors', async () => {
    for (const path of ['/v1/brands', '/v1/nowhere', '/v1/ingest/acme/capillary', '/metrics']) {
      expect((await fetch(`${hub.url}${path}`)).headers.get('cache-control')).toBe('no-store');
    }
    expect((await hub.admin('GET', '/v1/brands')).headers.get('cache-control')).toBe('no-store');
  });

  it('allows no cross-origin access and sets no cookie', async () => {
    const preflight = await fetch(`${hub.url}/v1/brands`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect((await hub.admin('GET', '/v1/brands')).headers.get('set-cookie')).toBeNull();
  });
});

describe('an error response', () => {
  /** Hostile values that the test puts into each path parameter. */
  const HOSTILE = [
    '%00',
    '%0d%0aset-cookie:a=b',
    '..%2f..%2fetc%2fpasswd',
    '__proto__',
    "'%20OR%201=1--",
    '%F0%9F%92%A9',
  ];
  const BODIES = [
    '{',
    'null',
    '[]',
    '"x"',
    '{"__proto__":{"a":1}}',
    `{"a":${'['.repeat(5_000)}`,
    '\u0000',
    '{"name":{}}',
  ];

  const urls = ({ path }: Route, value: string): string => path.replace(/:\w+/g, value);

  it('says what to fix and reveals no internals, for any path', async () => {
    for (const route of adminRoutes(hub)) {
      for (const value of HOSTILE) {
        const { status, text, headers } = await hub.admin(route.method, urls(route, value));
        expect([route, value, status]).not.toEqual([route, value, 500]);
        expect([route, value, INSIDE.test(text)]).toEqual([route, value, false]);
        expect(headers.get('set-cookie')).toBeNull();
      }
    }
  });

  it('says what to fix and reveals no internals, for any body', async () => {
    const changing = adminRoutes(hub).filter(({ method, path }) => method !== 'GET' && !path.includes('rotate-master'));
    for (const route of changing) {
      for (const body of BODIES) {
        const { status, text } = await hub.admin(route.method, urls(route, 'acme'), body);
        expect([route, body.slice(0, 30), status]).not.toEqual([route, body.slice(0, 30), 500]);
        expect([route, body.slice(0, 30), INSIDE.test(text)]).toEqual([route, body.slice(0, 30), false]);
      }
    }
    expect(hub.log.filter((line) => line.includes('request failed'))).toEqual([]);
  });

  it.each([
    ['GET', '/nowhere', 404],
    ['GET', '/v1/nowhere', 404],
    ['PUT', '/v1/brands', 404],
    ['GET', '/%', 400],
    ['GET', '/v1/brands/%zz', 400],
    ['GET', `/v1/brands/${'x'.repeat(300)}`, 414],
    ['GET', '/docs/..%2f..%2fpackage.json', 404],
  ])('of %s %s is a problem document', async (method, path, expected) => {
    const { status, body, headers, text } = await hub.admin(method, path);
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(at(body, 'status')).toBe(expected);
    expect(text).not.toMatch(INSIDE);
  });
});

describe('a request that is too large or invalid HTTP', () => {
  it.each([
    ['one huge header', `GET / HTTP/1.1\r\nhost: hub\r\nx-huge: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['many headers', `GET / HTTP/1.1\r\nhost: hub\r\n${'x-h: aaaaaaaaaa\r\n'.repeat(2_000)}\r\n`, 431],
    ['a huge target', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: hub\r\n\r\n`, 431],
    ['no HTTP at all', 'HELO hub\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: hub\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: hub\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ])('is refused without revealing internals: %s', async (_what, text, status) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).not.toMatch(INSIDE);
  });

  it('is refused by its Content-Length, before its body is read', async () => {
    const head = `POST /v1/ingest/acme/capillary HTTP/1.1\r\nhost: hub\r\nx-acme-token: ${ACME_AUTH['x-acme-token']}\r\n`;
    const answer = await raw(
      `${head}connection: close\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('is refused for a wrong key before its body is read, on every admin route', async () => {
    const changing = adminRoutes(hub).filter(({ method }) => method !== 'GET');
    expect(changing.map(({ path }) => path)).toContain('/v1/apply');
    for (const { method, path } of changing) {
      const head = `${method} ${path.replace(/:\w+/g, 'acme')} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer wrong\r\n`;
      const answer = await raw(`${head}connection: close\r\ncontent-length: ${30 * 1024 * 1024}\r\n\r\n`);
      expect([method, path, answer.split('\r\n')[0]]).toEqual([method, path, 'HTTP/1.1 401 Unauthorized']);
    }
  });

  it('leaves the hub working', async () => {
    expect((await fetch(`${hub.url}/health/ready`)).status).toBe(200);
    expect((await hub.admin('GET', '/v1/brands/acme')).status).toBe(200);
  });
});
