import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: 'brand: acme\n' } });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

/** Calls of the list of audit entries. */
const AUDIT = /\/v1\/audit/;

const problem = (status: number, detail: string) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', status, title: 'Problem', detail }),
});

/** Answers that a list can get instead of its page, with the sentence that the page shows. */
const ANSWERS = {
  '503': [problem(503, 'The database is unavailable. Try again soon.'), 'The database is unavailable. Try again soon.'],
  '500': [problem(500, 'The hub has an error.'), 'The hub has an error.'],
  HTML: [{ status: 200, contentType: 'text/html', body: '<p>Proxy' }, /Something else than the hub answered\./],
  'HTML with an error status': [
    { status: 502, contentType: 'text/html', body: '<p>Bad gateway' },
    'Something else than the hub answered, with status 502. Check the proxy in front of the hub.',
  ],
  'half an answer': [
    { status: 200, contentType: 'application/json', body: '{"data":[' },
    /Something else than the hub answered\./,
  ],
} as const;

describe('a list', () => {
  it.each(Object.entries(ANSWERS))('explains %s and reads again on request', async (_name, [answer, sentence]) => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys');
    await page.route(AUDIT, (route) => route.fulfill(answer));
    await page.getByRole('link', { name: 'Audit log' }).click();
    const alert = page.getByRole('main').getByRole('alert');
    await alert.getByText(sentence).waitFor();
    await page.unroute(AUDIT);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    expect(await alert.count()).toBe(0);
    await close();
  });

  it('waits as long as a 429 says before it can be read again', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys');
    await page.route(AUDIT, (route) =>
      route.fulfill({ ...problem(429, 'Too many calls.'), headers: { 'retry-after': '2' } }),
    );
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('button', { name: /^Try again in [12] s$/, disabled: true }).waitFor();
    await page.unroute(AUDIT);
    await page.getByRole('button', { name: 'Try again', exact: true }).click();
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    await close();
  });

  it('says so when the connection is cut', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/keys');
    await page.route(AUDIT, (route) => route.abort('connectionreset'));
    await page.getByRole('link', { name: 'Audit log' }).click();
    const alert = page.getByRole('main').getByRole('alert');
    await alert.getByText('The hub does not answer. Check that it runs').waitFor();
    await page.unroute(AUDIT);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    await close();
  });
});

describe('a page whose hub never answers', () => {
  it('tells it, and goes on when the hub answers again', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands');
    await page.getByRole('table', { name: 'Brands' }).waitFor();
    // A request without an answer: the connection stays open.
    await page.route('**/health/live', () => undefined);
    const notice = page.getByText('The hub does not answer. The page shows what it read before.');
    await notice.waitFor();
    await page.unroute('**/health/live');
    await notice.waitFor({ state: 'detached' });
    await close();
  });
});

describe('a page whose hub stops', () => {
  it('tells it within six seconds and keeps what it shows', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands');
    await page.getByRole('table', { name: 'Brands' }).waitFor();
    await console.hub.stop();
    await page.getByText('The hub does not answer. The page shows what it read before.').waitFor({ timeout: 6_000 });
    expect(await page.getByRole('table', { name: 'Brands' }).getByRole('link', { name: 'acme' }).count()).toBe(1);
    await close();
  });
});
