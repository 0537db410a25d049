import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { makeKey } from '../e2e/support/admin-routes.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const LIST = '/v1/brands/shop/suppressions';
const PHONE = '+15005550006';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
  await console.hub.admin('POST', '/v1/brands', { name: 'shop' });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

it('suppressions: add an address, find it in another spelling, show it and remove it', async () => {
  const { page, close } = await openAs(console, undefined, '/b/shop/suppressions');
  await page.getByRole('button', { name: 'Add an address' }).click();
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Add an address' });
  await dialog.getByLabel('Address').fill('12');
  await send.click();
  await dialog.getByText('must be a phone number with its country code').waitFor();
  await dialog.getByLabel('Address').fill('+1 500 555 0006');
  await dialog.getByLabel('Channel').selectOption('sms');
  await dialog.getByLabel('Note').fill('Asked by phone');
  await send.click();
  await dialog.waitFor({ state: 'detached' });
  const row = page.getByRole('row', { name: /Added by a person/ });
  await row.getByText('SMS').waitFor();
  expect(await page.getByText('555').count()).toBe(0);
  expect(
    (await console.hub.admin('GET', `${LIST}?kind=phone&address=${encodeURIComponent(PHONE)}`)).body,
  ).toMatchObject({
    data: [{ reason: 'manual', channel: 'sms', detail: 'Asked by phone' }],
  });

  await page.getByLabel('Kind').selectOption('phone');
  await page.getByLabel('Address').fill('0015005550007');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing matches').waitFor();
  await page.getByLabel('Address').fill('001-500-5550006');
  await page.keyboard.press('Enter');
  await row.waitFor();
  expect(page.url()).not.toContain('5550006');

  await row.getByRole('button', { name: 'Show address' }).click();
  await row.getByText('+1 500 555 0006').waitFor();
  expect((await console.hub.admin('GET', '/v1/audit?action=suppression.reveal')).body).toMatchObject({ data: [{}] });

  await row.getByRole('button', { name: 'Remove' }).click();
  const confirm = page.getByRole('dialog');
  await confirm.getByRole('checkbox').check();
  await confirm.getByRole('button', { name: 'Remove' }).click();
  await confirm.waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  expect((await console.hub.admin('GET', LIST)).body).toMatchObject({ data: [] });
  await close();
});

it('suppressions: a viewer reads the list without addresses and cannot change it', async () => {
  await console.hub.admin('POST', LIST, { suppressions: [{ kind: 'phone', address: PHONE }] });
  const { key } = await makeKey(console.hub, { role: 'viewer' });
  const { page, close } = await openAs(console, key, '/b/shop/suppressions');
  await page.getByRole('row', { name: /Added by a person/ }).waitFor();
  for (const name of ['Add an address', 'Show address', 'Remove']) {
    expect(await page.getByRole('button', { name }).count()).toBe(0);
  }
  await close();
});
