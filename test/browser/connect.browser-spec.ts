import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Locator, Page } from 'playwright-core';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole();
  const made = await console.hub.admin('POST', '/v1/brands', { name: 'tour', timezone: 'Asia/Kolkata' });
  expect(made.status).toBe(201);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

/** Person without a mouse: fills fields and presses buttons by keyboard, and counts both. */
class KeyboardPerson {
  interactions = 0;

  constructor(private readonly page: Page) {}

  async press(name: string | RegExp): Promise<void> {
    const button = this.page.getByRole('button', { name, disabled: false });
    await button.waitFor();
    await button.focus();
    await this.page.keyboard.press('Enter');
    this.interactions += 1;
  }

  async fill(field: Locator, text: string): Promise<void> {
    await field.focus();
    await this.page.keyboard.type(text);
    this.interactions += 1;
  }
}

describe('5: the connect wizard', () => {
  it('leads from an empty brand to a delivered event by keyboard in 12 interactions, and forgets the secret', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/connect');
    const person = new KeyboardPerson(page);
    await person.press('Create the source');
    await page.getByText('x-tour-token').first().waitFor();
    const secret = await page.getByRole('button', { name: /^Copy: [\w-]{43}$/ }).getAttribute('aria-label');
    const value = (secret ?? '').replace('Copy: ', '');
    expect(value).toMatch(/^[\w-]{43}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await person.press('I have copied the secret');
    await person.press(/^Webhook /);
    await person.fill(page.getByLabel(/^URL/), receiver.url);
    await person.fill(page.getByLabel(/^Bearer token/), 'invented-bearer');
    await person.press('Create the destination');
    await person.press('Next');
    await person.fill(page.getByRole('combobox', { name: 'Event types' }), 'pointsIssued');
    await page.keyboard.press('Enter');
    // The list of types closes, because it covers the button that creates the subscription.
    await page.getByRole('listbox').waitFor({ state: 'hidden' });
    // The hub must not receive the sample before the wizard knows from when on it looks for events.
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/stats', async (route) => {
      await released;
      await route.continue();
    });
    await person.press('Create the subscription');
    await page.getByText('Waiting for the first event').waitFor();
    await page.getByRole('button', { name: 'Send a sample event', disabled: true }).waitFor();
    release();
    await person.press('Send a sample event');
    await page.getByText('It works.').waitFor();
    await page.getByText('Delivered with the first attempt.').waitFor();
    expect(person.interactions).toBeLessThanOrEqual(12);

    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer invented-bearer');
    const kept = await page.evaluate(() =>
      [document.documentElement.outerHTML, JSON.stringify(sessionStorage), JSON.stringify(localStorage)].join(),
    );
    for (const hidden of [value, 'invented-bearer']) {
      expect(kept).not.toContain(hidden);
      expect(page.url()).not.toContain(hidden);
    }
    expect(await accessibilityFaults(page)).toEqual([]);

    // The wizard forgets its draft when it ends. An empty draft must not lead back to the first step while the editor
    // loads.
    await page.route('**/console/assets/**', async (route) => {
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await route.continue();
    });
    await person.press('Send a sample without a phone number');
    await page.getByRole('link', { name: 'Find out why' }).waitFor();
    await person.press('Edit the message');
    // The preview has the event whose message arrived, and not the newer one without a phone number.
    await page.waitForURL('**/b/tour/subscriptions/capillary-webhook?event=*');
    await page.getByText('2 of 2').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await close();
  });

  it('fills in the account at the sandbox of the demo', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour');
    const accountSid = 'AC00000000000000000000000000000001';
    const sandbox = { credentials: { accountSid, authToken: 'invented' }, settings: { from: '+15005550006' } };
    await page.route('**/v1/destination-types/twilio-sms', async (route) => {
      const answer = await route.fetch();
      const type: unknown = await answer.json();
      await route.fulfill({ response: answer, json: Object.assign({}, type, { sandbox }) });
    });
    await page.goto(`${console.hub.url}/console/b/tour/new-destination?type=twilio-sms`);
    await page.getByRole('button', { name: 'Fill in the invented account' }).click();
    expect(await page.getByLabel(/^Account SID/).inputValue()).toBe(accountSid);
    expect(await page.getByLabel(/^Auth token/).inputValue()).toBe('invented');
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('+15005550006');
    await close();
  });

  it('keeps its steps in the URL and its draft over a reload, without the credentials', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/connect/event');
    await page.getByRole('heading', { name: 'Where do the events come from?' }).waitFor();
    await page.getByRole('button', { name: 'Use this one' }).click();
    await page.waitForURL('**/connect/destination');
    await page.getByRole('button', { name: /^Webhook / }).click();
    await page.getByLabel(/^URL/).fill('https://hooks.example.com/kept');
    await page.getByLabel(/^Bearer token/).fill('invented-bearer');
    await page.reload();
    expect(await page.getByLabel(/^URL/).inputValue()).toBe('https://hooks.example.com/kept');
    expect(await page.getByLabel(/^Bearer token/).inputValue()).toBe('');
    await page.goBack();
    await page.getByRole('heading', { name: 'Where do the events come from?' }).waitFor();
    await close();
  });

  it('says why nothing was sent if the subscription does not take the event', async () => {
    const sources = await console.hub.admin('GET', '/v1/brands/tour/sources');
    expect(at(sources.body, 'data.0.name')).toBe('capillary');
    await console.hub.admin('POST', '/v1/brands/tour/sources', {
      name: 'shop',
      adapter: 'json',
      auth: { bearer: ['invented-source-secret'] },
    });
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/connect');
    await page.getByLabel('A source that exists').selectOption('shop');
    await page.getByRole('button', { name: 'Use this one' }).click();
    // The next step has a button of the same name.
    await page.getByRole('heading', { name: 'Where do the messages go?' }).waitFor();
    const next = page.getByRole('button', { name: 'Use this one' });
    // The second click of a double click on the button before.
    await next.hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    const draft = await page.evaluate(() => sessionStorage.getItem('patchbay.connect.tour') ?? '');
    expect(draft).toContain('"destination":""');
    await next.click();
    await page.getByRole('combobox', { name: 'Event types' }).fill('ordered');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Create the subscription' }).click();
    await page.getByText('Waiting for the first event').waitFor();
    await page.waitForFunction(() => !(sessionStorage.getItem('patchbay.connect.tour') ?? '').includes('"since":""'));
    const sent = await console.hub.ingest(
      'tour/shop',
      { id: 'o1', type: 'cancelled', data: {} },
      { authorization: 'Bearer invented-source-secret' },
    );
    expect(sent.status).toBe(202);
    await page.getByText(/did not take it/).waitFor();
    await close();
  });
});
