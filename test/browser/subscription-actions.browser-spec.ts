import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { ACME_TOKEN } from '../e2e/support/acme.js';
import { packAndInstall, type InstalledPackage } from '../e2e/support/installed-package.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const NAME = '@acme/patchbay-chat';
/** Brand with a destination whose type has two actions. */
const TOUR = `
brand: tour
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  chat:
    type: acme-chat
    credentials: { token: "\${env:TOKEN}", appSecret: "\${env:SECRET}", verifyToken: "\${env:SECRET}" }
    settings: { url: "https://chat.acme.example" }
subscriptions: {}
`;
const SUBSCRIPTION = '/v1/brands/tour/subscriptions/points';

let console: TestConsole;
let installed: InstalledPackage;

beforeAll(async () => {
  const here = process.cwd();
  installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'chat-plugin'), NAME);
  // The hub resolves packages from its working directory, so the test changes this directory.
  process.chdir(installed.folder);
  const env = { ACME_TOKEN, TOKEN: 'invented-token', SECRET: 'invented-secret' };
  console = await startConsole({ hubFile: `plugins: ["${NAME}"]\n`, brands: { tour: TOUR }, env });
  process.chdir(here);
  const made = await console.hub.admin('POST', '/v1/brands/tour/subscriptions', {
    name: 'points',
    source: 'capillary',
    events: ['pointsIssued'],
    destination: 'chat',
    mapping: { $action: 'sendTemplate', phone: '{{ recipient.phone }}', template: 'points' },
  });
  expect(made.status).toBe(201);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  installed.remove();
});

describe('a destination type with several actions', () => {
  it('lists the fields of each action in the catalogue', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/types/acme-chat');
    await page.getByRole('heading', { name: 'Template message' }).waitFor();
    await page.getByRole('heading', { name: 'Text message' }).waitFor();
    await page.getByText('$action: sendText', { exact: true }).waitFor();
    await close();
  });

  it('has a form with the fields of the chosen action, and saves the choice', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/tour/subscriptions/points');
    const choice = page.getByRole('combobox', { name: 'Kind of message' });
    await choice.waitFor();
    expect(await choice.inputValue()).toBe('Template message');
    await page.getByRole('textbox', { name: 'Template', exact: true }).waitFor();
    await choice.click();
    await page.getByRole('option', { name: 'Text message' }).click();
    await page.getByRole('textbox', { name: 'Template', exact: true }).waitFor({ state: 'detached' });
    for (const [label, text] of [
      ['To', '{{ event.customerId }}'],
      ['Text', 'Hello'],
    ] as const) {
      await page.getByRole('textbox', { name: label, exact: true }).click();
      await page.keyboard.insertText(text);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save as v2' }).click();
    const mapping = async (): Promise<unknown> => at((await console.hub.admin('GET', SUBSCRIPTION)).body, 'mapping');
    await until(async () => at(await mapping(), '$action') === 'sendText', { what: 'the saved mapping' });
    expect(await mapping()).toEqual({ $action: 'sendText', to: '{{ event.customerId }}', text: 'Hello' });
    await close();
  });
});
