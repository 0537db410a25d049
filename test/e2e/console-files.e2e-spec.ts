import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { signIn } from './support/console-session.js';
import { ADMIN_KEY, at, call, startTestHub, type Answer, type TestHub } from './support/test-hub.js';

const INDEX = `<!doctype html>
<meta property="csp-nonce" nonce="__CSP_NONCE__">
<script type="module" src="/console/assets/main-Ab3dE6gH.js"></script>
<style nonce="__CSP_NONCE__">body { margin: 0 }</style>
`;
const SCRIPT_TEXT = 'document.title = "started";\n';
/** Files of a built console, by path. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  'index.html': INDEX,
  'third-party.txt': 'licences',
  'assets/main-Ab3dE6gH.js': SCRIPT_TEXT,
  'assets/main-Ab3dE6gH.js.br': brotliCompressSync(SCRIPT_TEXT),
  'assets/main-Ab3dE6gH.js.gz': gzipSync(SCRIPT_TEXT),
  'assets/main-Ab3dE6gH.js.map': '{}',
};
const SCRIPT = '/console/assets/main-Ab3dE6gH.js';
let hub: TestHub;
/** Hub whose console was not built. */
let bare: TestHub;
let dist: string;
beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'patchbay-console-'));
  mkdirSync(join(dist, 'assets'));
  for (const [path, content] of Object.entries(FILES)) writeFileSync(join(dist, path), content);
  hub = await startTestHub({ consoleDirectory: dist });
  bare = await startTestHub({ consoleDirectory: join(dist, 'none'), databaseUrl: hub.databaseUrl });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await bare.close();
  await hub.close();
  rmSync(dist, { recursive: true });
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Requests a path exactly as given. `fetch` would normalise the path and decompress the body. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> {
  const { hostname, port } = new URL(hub.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the console', () => {
  it('is where / leads', async () => {
    const { status, headers } = await get('/');
    expect([status, headers.location, headers['cache-control']]).toEqual([302, '/console', 'no-store']);
  });

  it('is one page, with a new nonce and its own policy in each response', async () => {
    const nonces = new Set<string>();
    for (const path of ['/console', '/console/', '/console/b/acme/events?type=a', '/console/index.html']) {
      const { status, headers, body } = await get(path, HTML);
      expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8']);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('same-origin');
      const policy = String(headers['content-security-policy']);
      const nonce = /style-src 'self' 'nonce-([\w+/=]{24})'/.exec(policy)?.[1] ?? '';
      nonces.add(nonce);
      expect(policy).not.toContain('unsafe-');
      for (const directive of [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy.split('; ')).toContain(directive);
      }
      expect(body.toString()).not.toContain('__CSP_NONCE__');
      expect(body.toString().split(`nonce="${nonce}"`)).toHaveLength(3);
    }
    expect(nonces.size).toBe(4);
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['', undefined],
    ['identity', undefined],
  ])('sends a script for the encodings "%s" as %s', async (accepted, coding) => {
    const { status, headers, body } = await get(SCRIPT, { 'accept-encoding': accepted });
    expect([status, headers['content-encoding']]).toEqual([200, coding]);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    const text = coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body;
    expect(text.toString()).toBe(SCRIPT_TEXT);
  });

  it('lets browsers ask again for a file whose name has no hash', async () => {
    const { status, headers } = await get('/console/third-party.txt');
    expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
  });

  it.each([
    '/console/nowhere',
    '/console/assets/main-old.js',
    `${SCRIPT}.map`,
    `${SCRIPT}.br`,
    '/console/../package.json',
    '/console/..%2f..%2fpackage.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console//etc/passwd',
    '/console/__proto__',
  ])('has no file %s', async (path) => {
    const { status, headers, body } = await get(path, { accept: '*/*' });
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(body.toString()).not.toContain(dist);
  });

  it('is not the answer to an unknown path of the API, or to another method', async () => {
    expect((await get('/v1/nowhere', HTML)).status).toBe(404);
    expect((await get('/console/b/acme', HTML, 'POST')).status).toBe(404);
    expect((await get('/console', HTML, 'HEAD')).status).toBe(200);
  });

  it('keeps its policy to itself', async () => {
    for (const path of ['/status', '/docs', '/v1/brands']) {
      const { headers } = await get(path);
      expect([path, headers['referrer-policy']]).toEqual([path, 'no-referrer']);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
    }
  });

  it('that is not built says how to build it', async () => {
    const response = await fetch(`${bare.url}/`, { headers: HTML });
    const page = await response.text();
    expect([response.url, response.status]).toEqual([`${bare.url}/console`, 503]);
    expect(page).toContain('<code>npm run build</code>');
    expect(page).toContain('href="/status"');
  });
});

describe('the frame of an e-mail', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const MAIL = '<style>p{color:red}</style><p>Hello & welcome, عائشة</p><script>top.pwned = 1</script>';
  const post = (body: string, headers: Record<string, string>): Promise<Answer> =>
    call(`${hub.url}/console/mail-frame`, 'POST', body, { 'content-type': FORM, ...headers });
  const form = (html: string): string => new URLSearchParams({ html }).toString();
  const cookie = async (): Promise<string> => (await signIn(hub))['cookie'] ?? '';

  it('returns the e-mail in a sandbox of its own', async () => {
    const { status, text, headers } = await post(form(MAIL), { cookie: await cookie(), origin: hub.url });
    expect([status, text]).toEqual([200, MAIL]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'",
    );
  });

  it('takes an e-mail of up to 1 MiB', async () => {
    const headers = { cookie: await cookie(), origin: hub.url };
    expect((await post(form('%'.repeat(1024 * 1024)), headers)).status).toBe(200);
    for (const size of [1024 * 1024 + 1, 4 * 1024 * 1024]) {
      expect((await post(form('a'.repeat(size)), headers)).status).toBe(413);
    }
  });

  it('is refused to others than the console', async () => {
    const own = { cookie: await cookie(), origin: hub.url };
    const refused: [Record<string, string>, number][] = [
      [{ cookie: own.cookie }, 403],
      [{ ...own, origin: 'null' }, 403],
      [{ ...own, origin: 'https://evil.example' }, 403],
      [{ origin: hub.url }, 401],
      [{ origin: hub.url, authorization: `Bearer ${ADMIN_KEY}` }, 403],
      [{ ...own, 'content-type': 'text/plain' }, 415],
    ];
    for (const [headers, status] of refused) {
      const answer = await post(form(MAIL), headers);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
    }
    for (const body of ['', 'other=1', `${form(MAIL)}&x=1`]) {
      expect(at((await post(body, own)).body, 'errors.0.field')).toBe('html');
    }
  });
});
