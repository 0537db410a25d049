import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { acmeBrand, acmeEnv } from '../e2e/support/acme.js';
import { at } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
/** Site on another port of the same machine. Browsers send it `SameSite` cookies, because ports are the same site. */
let evil: Server;
let evilUrl: string;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: acmeBrand() }, env: acmeEnv('http://127.0.0.1:9/') });
  evil = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi'));
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  const address = evil.address();
  evilUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await new Promise((resolve) => evil.close(resolve));
  await console.close();
});

const isPaused = async (): Promise<unknown> =>
  at((await console.hub.admin('GET', '/v1/brands/acme/destinations/crm')).body, 'paused');

describe('another site', () => {
  it('changes nothing by a form, although the browser sends the cookie', async () => {
    const { page } = await openAs(console);
    await page.goto(evilUrl);
    const answered = page.waitForResponse((response) => response.url().endsWith('/pause'));
    await page.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      document.body.append(form);
      form.submit();
    }, `${console.hub.url}/v1/brands/acme/destinations/crm/pause`);
    const answer = await answered;
    expect((await answer.request().allHeaders())['cookie']).toContain('__Host-patchbay=');
    expect([answer.status(), await isPaused()]).toEqual([403, false]);
    await page.context().close();
  });

  it('reads nothing and changes nothing by a script', async () => {
    const { page } = await openAs(console);
    await page.goto(evilUrl);
    const outcomes = await page.evaluate(async (url) => {
      const attempt = (path: string, init: RequestInit): Promise<string> =>
        fetch(url + path, { credentials: 'include', ...init }).then(
          () => 'readable',
          () => 'blocked',
        );
      const headers = { 'x-patchbay-console': '1', 'content-type': 'application/json' };
      return [
        await attempt('/v1/me', {}),
        await attempt('/v1/brands/acme/destinations/crm/pause', { method: 'POST', headers, body: '{}' }),
        await attempt('/v1/brands/acme/destinations/crm/pause', { method: 'POST', body: '{}' }),
      ];
    }, console.hub.url);
    expect(outcomes).toEqual(['blocked', 'blocked', 'blocked']);
    expect(await isPaused()).toBe(false);
    await page.context().close();
  });

  it('cannot show the console in a frame', async () => {
    const { page } = await openAs(console);
    await page.goto(evilUrl);
    await page.evaluate((src) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src }));
    }, `${console.hub.url}/console`);
    const framed = await page.waitForEvent('console', (message) => /frame-ancestors|Framing/.test(message.text()));
    expect(framed.type()).toBe('error');
    await page.context().close();
  });
});
