import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Frame, Page } from 'playwright-core';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

const HOSTILE_MAIL = `<!doctype html>
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<base href="https://evil.example/">
<style>p { color: rgb(1, 2, 3) } @import url(https://evil.example/style.css);</style>
<link rel="stylesheet" href="https://evil.example/link.css">
<script>window.top.pwned = true; window.top.document.title = 'pwned'</script>
<p style="margin-left: 7px" onclick="window.top.pwned = true">Hello</p>
<img id="remote" src="https://evil.example/pixel.png" onerror="window.top.pwned = true">
<img id="inner" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
<form action="https://evil.example/form" target="_top"><button id="send">Send</button></form>
<a id="link" href="https://evil.example/link" target="_top">Link</a>`;

/** Shows an e-mail as the console does: a hidden form posts it into a sandboxed frame. */
async function show(page: Page, mail: string): Promise<Frame> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/console/mail-frame'));
  await page.evaluate((html) => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'mail' });
    frame.setAttribute('sandbox', '');
    // Above everything else, so that the test can click in the frame.
    Object.assign(frame.style, { position: 'fixed', inset: '0', zIndex: '9999' });
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', target: 'mail', action: '/console/mail-frame' });
    form.append(Object.assign(document.createElement('textarea'), { name: 'html', value: html }));
    document.body.append(frame, form);
    form.submit();
  }, mail);
  expect((await answered).status()).toBe(200);
  const frame = page.frame('mail');
  if (frame === null) throw new Error('The page has no frame for the e-mail.');
  await frame.waitForSelector('p');
  return frame;
}

describe('a hostile e-mail in the frame', () => {
  it('shows its styles, runs nothing, loads nothing and leads nowhere', async () => {
    const { page } = await openAs(console, ADMIN_KEY, '/brands');
    await page.getByRole('heading', { name: 'Brands' }).waitFor();
    const requests: string[] = [];
    page.on('requestfinished', (request) => requests.push(request.url()));
    page.on('requestfailed', (request) => {
      // The policy refuses a request before it is sent. Any other failure means that the browser tried to send it.
      if (request.failure()?.errorText !== 'csp') requests.push(request.url());
    });
    const before = [page.url(), await page.title()];
    const frame = await show(page, HOSTILE_MAIL);
    const style = await frame.locator('p').evaluate((paragraph) => {
      const { color, marginLeft } = getComputedStyle(paragraph);
      return [color, marginLeft];
    });
    expect(style).toEqual(['rgb(1, 2, 3)', '7px']);
    const widths = await frame
      .locator('img')
      .evaluateAll((images) => images.map((image) => (image instanceof HTMLImageElement ? image.naturalWidth : -1)));
    expect(widths).toEqual([0, 1]);
    for (const id of ['#send', '#link', 'p']) await frame.locator(id).click();
    expect([page.url(), await page.title()]).toEqual(before);
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(frame.url()).toBe(`${console.hub.url}/console/mail-frame`);
    expect(requests.filter((url) => !url.startsWith(console.hub.url) && !url.startsWith('data:'))).toEqual([]);
    await page.context().close();
  });
});
