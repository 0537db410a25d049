import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { at } from '../e2e/support/test-hub.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const BRAND = '/v1/brands/shop';

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
  await console.hub.admin('POST', '/v1/brands', { name: 'shop', privacy: 'pii-less' });
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

it('18: save the end of the mode pii-less after another person changed the brand, and lose no field', async () => {
  const { page, close } = await openAs(console, undefined, '/b/shop/settings');
  await page.getByLabel('Mode').selectOption('standard');
  const other = await console.hub.admin('PATCH', BRAND, { retention: '7d' });
  expect(other.status).toBe(200);
  const confirm = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('This brand may store personal data.').check();
    await dialog.getByRole('button', { name: 'Change to standard' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await confirm();
  await page.getByText('Somebody changed the settings meanwhile.').waitFor();
  await confirm();
  await page.getByText('The settings are saved.').waitFor();
  expect((await console.hub.admin('GET', BRAND)).body).toMatchObject({
    privacy: { mode: 'standard' },
    retention: '7d',
  });
  await close();
});

it('saves where contact data come from, and never shows a secret again', async () => {
  const { page, close } = await openAs(console, undefined, '/b/shop/settings');
  const crm = page.getByRole('group', { name: 'API for contact data' });
  await crm.getByLabel('Kind').selectOption('http');
  await crm.getByLabel(/^URL/).fill('https://crm.acme.example/contacts/{{ event.customerId }}');
  await crm.getByLabel(/^Mapping of the answer/).fill('{"phone": "{{ body.mobile }}"}');
  const enrichment = page.getByRole('group', { name: 'More data about customers' });
  const capillary = enrichment.getByRole('group', { name: 'Capillary' });
  await capillary.getByLabel(/^Base URL/).fill('https://eu.api.capillarytech.com');
  await capillary.getByLabel(/^Client key/).fill('invented-client-key');
  await capillary.getByLabel(/^Client secret/).fill('invented-client-secret');
  await page.getByRole('button', { name: 'Save platform, contact data and enrichment' }).click();
  await page.getByText('The settings are saved.').waitFor();
  expect((await console.hub.admin('GET', BRAND)).body).toMatchObject({
    recipients: { resolver: { type: 'http', mapping: { phone: '{{ body.mobile }}' } } },
    enrichment: { capillary: { key: '••••', secret: '••••' } },
  });

  await page.reload();
  expect(await capillary.getByLabel(/^Client key/).inputValue()).toBe('');
  await capillary.getByLabel(/^Calls per minute/).fill('60');
  await page.getByRole('button', { name: 'Save platform, contact data and enrichment' }).click();
  await page.getByText('The settings are saved.').waitFor();
  expect((await console.hub.admin('GET', BRAND)).body).toMatchObject({
    enrichment: { capillary: { ratePerMinute: 60, key: '••••', secret: '••••' } },
  });
  await close();
});

it('saves and removes the access to the platform, and never shows its secrets again', async () => {
  expect((await console.hub.admin('POST', '/v1/brands', { name: 'loyal' })).status).toBe(201);
  const { page, close } = await openAs(console, undefined, '/b/loyal/settings');
  const platform = page.getByRole('group', { name: 'Loyalty platform' });
  const save = page.getByRole('button', { name: 'Save platform, contact data and enrichment' });
  const stored = async (): Promise<unknown> =>
    at((await console.hub.admin('GET', '/v1/brands/loyal')).body, 'platform');
  await platform.getByLabel(/^Base URL/).fill('https://eu.api.capillarytech.com');
  await platform.getByLabel(/^Client key/).fill('invented-client-key');
  await platform.getByLabel(/^Client secret/).fill('invented-client-secret');
  await platform.getByLabel(/^Organisation number/).fill('1800');
  await save.click();
  await page.getByText('The settings are saved.').waitFor();
  expect(await stored()).toMatchObject({ capillary: { key: '••••', secret: '••••', org: 1800 } });

  await page.reload();
  expect(await platform.getByLabel(/^Client secret/).inputValue()).toBe('');
  expect(await page.content()).not.toContain('invented-client');
  await platform.getByLabel(/^Calls per minute/).fill('60');
  await save.click();
  await until(async () => at(await stored(), 'capillary.ratePerMinute') === 60, { what: 'the changed rate' });
  for (const name of [/^Base URL/, /^Organisation number/, /^Calls per minute/])
    await platform.getByLabel(name).fill('');
  await save.click();
  await until(async () => (await stored()) === null, { what: 'the removal of the platform' });
  await close();
});

it('shows the warnings of a save only for the brand that was saved', async () => {
  await console.hub.admin('POST', '/v1/brands', { name: 'quiet', privacy: 'pii-less' });
  const source = { name: 'capillary', adapter: 'capillary', auth: { bearer: ['invented-source-secret'] } };
  expect((await console.hub.admin('POST', '/v1/brands/quiet/sources', source)).status).toBe(201);
  const { page, close } = await openAs(console, undefined, '/b/quiet/settings');
  await page.getByLabel('Fields to keep').fill('data.nope');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const warnings = page.getByRole('status').filter({ hasText: 'Saved with 1 warning' });
  await warnings.getByText('data.nope is not in the event types').waitFor();
  await page.getByRole('combobox', { name: 'Brand', exact: true }).selectOption('shop');
  await page.getByRole('heading', { name: 'Settings of shop' }).waitFor();
  await page.getByLabel('Time zone').waitFor();
  expect(await warnings.count()).toBe(0);
  await close();
});
