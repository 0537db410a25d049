import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBrandSource } from '@patchbay/config';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { parse, parseDocument } from 'yaml';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from '../e2e/support/acme.js';
import { startReceiver, type Receiver } from '../e2e/support/receiver.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

let console: TestConsole;
let receiver: Receiver;
const HOOKS = '/v1/brands/acme/destinations/hooks';
const brandFile = acmeBrand();

beforeAll(async () => {
  receiver = await startReceiver();
  console = await startConsole({ brands: { acme: brandFile }, env: acmeEnv(receiver.url) });
  const made = await console.hub.admin('POST', '/v1/brands/acme/destinations', {
    name: 'hooks',
    type: 'webhook',
    credentials: { bearer: 'invented-hooks-bearer' },
    settings: { url: receiver.url },
  });
  expect(made.status).toBe(201);
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await receiver.close();
});

/** Reads a brand file as `patchbay apply` does, for a request body. */
function contentOf(yaml: string, env: Readonly<Record<string, string>>): { content: unknown; interpolated: string[] } {
  const read = readBrandSource(yaml, 'brand.yaml', (_kind, name) => ({ value: env[name] ?? '' }));
  expect(read.problems).toEqual([]);
  return { content: read.content, interpolated: [...read.interpolated] };
}

describe('the pages of destinations', () => {
  it.each([
    '/types',
    '/types/twilio-sms',
    '/b/acme/sources',
    '/b/acme/sources/capillary',
    '/b/acme/sources/capillary?tab=settings',
    '/b/acme/destinations',
    '/b/acme/destinations/crm',
    '/b/acme/destinations/crm?tab=failed',
    '/b/acme/destinations/hooks?tab=settings',
    '/b/acme/new-destination?type=twilio-sms',
  ])('have no violation of WCAG 2.2 AA, and fit a width of 320 px: %s', async (path) => {
    const { page, close } = await openAs(console, ADMIN_KEY, path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    // The frame of the page moves to its new place.
    await page.waitForFunction(() => document.documentElement.scrollWidth === 320);
    await close();
  });

  it('16: pause to a time with a reason, show the end in two zones, and send what was held when resumed', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/destinations/crm');
    await page.getByRole('button', { name: 'Pause …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('the vendor moves');
    await dialog.getByLabel('at a time').check();
    await dialog.getByLabel('Time (Asia/Kolkata)').fill('2020-01-01T18:00');
    await dialog.getByText('Choose a time in the future.').waitFor();
    await dialog.getByLabel('Time (Asia/Kolkata)').fill('2027-01-01T18:00');
    await dialog.getByText('2027-01-01T12:30:00Z').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Pause the destination' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('the vendor moves').waitFor();
    await page.getByText('It resumes by itself at').waitFor();
    expect(await page.locator('time[datetime^="2027-01-01T12:30"]').count()).toBe(1);
    const stored = await console.hub.admin('GET', '/v1/brands/acme/destinations/crm');
    expect(stored.body).toMatchObject({ pausedUntil: '2027-01-01T12:30:00.000Z', pausedReason: 'the vendor moves' });

    expect((await console.hub.ingest('acme/capillary', pointsIssued('held-1'), ACME_AUTH)).status).toBe(202);
    await page.getByRole('link', { name: '1 delivery' }).waitFor();
    expect(receiver.received).toHaveLength(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await receiver.atLeast(1);
    await page.getByRole('button', { name: 'Pause …' }).waitFor();
    await close();
  });

  it('16: resume alone when the pause ends', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/destinations/crm');
    await page.getByText('Healthy', { exact: true }).waitFor();
    const soon = new Date(Date.now() + 6_000).toISOString();
    const paused = await console.hub.admin('POST', '/v1/brands/acme/destinations/crm/pause', { until: soon });
    expect(paused.status).toBe(200);
    const before = receiver.received.length;
    await console.hub.ingest('acme/capillary', pointsIssued('held-2'), ACME_AUTH);
    await page.getByText(/^Paused by/).waitFor();
    await page.getByText(/^Paused by/).waitFor({ state: 'detached' });
    await receiver.atLeast(before + 1);
    await close();
  });

  it('17: offer YAML in the place of Save if a file manages the destination, with exactly the changed field', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/destinations/crm?tab=settings');
    await page.getByLabel('Method').selectOption('PUT');
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy YAML' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied: unknown = parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(JSON.stringify(copied)).not.toContain('••••');
    const document = parseDocument(brandFile);
    for (const part of ['type', 'settings', 'retry'] as const) {
      document.setIn(['destinations', 'crm', part], at(copied, `destinations.crm.${part}`));
    }
    const applied = await console.hub.admin('POST', '/v1/apply', {
      dryRun: true,
      files: [{ file: 'brands/acme.yaml', ...contentOf(document.toString(), acmeEnv(receiver.url)) }],
    });
    expect(applied.status).toBe(200);
    const changes = at(applied.body, 'changes');
    // The path of the file differs, because this request does not come from the folder of the hub.
    const changed = (Array.isArray(changes) ? changes : []).flatMap((change: unknown) => {
      const fields = at(change, 'fields');
      const others = Array.isArray(fields) ? fields.filter((field) => field !== 'file') : [];
      return others.length === 0 ? [] : [{ name: at(change, 'name'), fields: others }];
    });
    expect(changed).toEqual([{ name: 'acme/crm', fields: ['settings'] }]);
    await close();
  });

  it('18: show what another person changed meanwhile, and lose no field', async () => {
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/destinations/hooks?tab=settings');
    await page.getByLabel('Method').selectOption('PUT');
    await page.getByLabel(/^URL/).fill(`${receiver.url}/mine`);
    await page.getByLabel(/^Bearer token/).fill('invented-new-bearer');
    const other = await console.hub.admin('PATCH', HOOKS, { settings: { method: 'PATCH', format: 'form' } });
    expect(other.status).toBe(200);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('settings.method').waitFor();
    expect(await dialog.getByText('settings.url').count()).toBe(0);
    await dialog.getByText('settings.format').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByLabel('Their value').check();
    await dialog.getByRole('button', { name: 'Save with these values' }).click();
    await dialog.waitFor({ state: 'detached' });
    await until(
      async () => at((await console.hub.admin('GET', HOOKS)).body, 'settings.url') === `${receiver.url}/mine`,
      { what: 'the saved URL' },
    );
    const saved = await console.hub.admin('GET', HOOKS);
    expect(at(saved.body, 'settings')).toEqual({ url: `${receiver.url}/mine`, method: 'PATCH', format: 'form' });
    await close();
  });

  it('ask with the number of waiting deliveries before they delete a destination', async () => {
    const post = (path: string, body: object) => console.hub.admin('POST', `/v1/brands/acme/${path}`, body);
    await post('subscriptions', { name: 'to-hooks', source: 'capillary', events: ['*'], destination: 'hooks' });
    await post('destinations/hooks/pause', { reason: 'a test' });
    await console.hub.ingest('acme/capillary', pointsIssued('waits-1'), ACME_AUTH);
    await console.hub.ingest('acme/capillary', pointsIssued('waits-2'), ACME_AUTH);
    const { page, close } = await openAs(console, ADMIN_KEY, '/b/acme/destinations/hooks');
    await page.getByRole('button', { name: 'Delete …' }).click();
    await page.getByRole('button', { name: 'Delete the destination' }).click();
    await page.getByText(/is used by subscription to-hooks/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await console.hub.admin('DELETE', '/v1/brands/acme/subscriptions/to-hooks?atMost=0');
    await page.getByRole('button', { name: 'Delete …' }).click();
    await page.getByRole('button', { name: 'Delete the destination' }).click();
    await page.getByText('2 waiting deliveries of hooks are cancelled.').waitFor();
    await page.getByLabel('Type 2 to go on').fill('2');
    await page.getByRole('button', { name: 'Delete the destination' }).click();
    await page.getByRole('heading', { name: 'Destinations', level: 1 }).waitFor();
    expect((await console.hub.admin('GET', HOOKS)).status).toBe(404);
    await close();
  });
});
