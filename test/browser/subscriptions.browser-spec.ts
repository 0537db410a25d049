import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import type { Page } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../e2e/support/acme.js';
import { ADMIN_KEY, at } from '../e2e/support/test-hub.js';
import { accessibilityFaults } from './support/axe.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';
import { listAt } from './support/operator-brand.js';

/** Brand of a file. `tour` has the same parts, made by the API. */
const ACME = `
brand: acme
timezone: Asia/Kolkata
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  sms: { type: twilio-sms, credentials: { accountSid: AC00000000000000000000000000000000, authToken: "\${env:AUTH}" }, settings: { from: "+15005550006" } }
subscriptions:
  points-sms:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: sms
    mapping: { to: "+15005550010", body: "You earned {{ data.totalPointsIssued }} points." }
`;

const SMS = {
  source: 'capillary',
  events: ['pointsIssued'],
  destination: 'sms',
  when: { 'data.totalPointsIssued': { $gte: 50 } },
  mapping: { to: '+15005550010', body: 'You earned {{ data.totalPointsIssued }} points.' },
};

const ENV = { ACME_TOKEN, AUTH: 'a'.repeat(32) };

/** Points of the stored events, newest last. */
const POINTS = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

let console: TestConsole;

beforeAll(async () => {
  console = await startConsole({ brands: { acme: ACME }, env: ENV });
  const { hub } = console;
  await made('/v1/brands', { name: 'tour', timezone: 'Asia/Kolkata' });
  const auth = { headers: { 'x-acme-token': [ACME_TOKEN] } };
  await made('/v1/brands/tour/sources', { name: 'capillary', adapter: 'capillary', auth });
  const credentials = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a'.repeat(32) };
  const settings = { from: '+15005550006' };
  await made('/v1/brands/tour/destinations', { name: 'sms', type: 'twilio-sms', credentials, settings });
  const mail = { apiKey: `SG.${'x'.repeat(22)}.${'y'.repeat(43)}` };
  const from = { from: 'hello@acme.example' };
  await made('/v1/brands/tour/destinations', {
    name: 'mail',
    type: 'sendgrid-email',
    credentials: mail,
    settings: from,
  });
  await made('/v1/brands/tour/subscriptions', { name: 'points-sms', ...SMS });
  for (const [index, points] of POINTS.entries()) {
    const answer = await hub.ingest('tour/capillary', pointsIssued(`e${index}`, points), ACME_AUTH);
    expect(answer.status).toBe(202);
  }
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

async function made(path: string, body: object): Promise<void> {
  const answer = await console.hub.admin('POST', path, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
}

/** Opens the editor and waits for its preview. */
async function openEditor(path: string): ReturnType<typeof openAs> {
  const opened = await openAs(console, ADMIN_KEY, path);
  await opened.page.getByTestId('preview').waitFor();
  return opened;
}

/** Replaces the text of an editor. */
async function write(page: Page, label: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: label, exact: true }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

describe('the subscription editor', () => {
  it('6. shows the message while a person types, counts segments, and keeps the last good preview', async () => {
    const { page, close } = await openEditor('/b/tour/subscriptions/points-sms');
    const bubble = page.getByTestId('bubble');
    const shows = async (text: string, characters: string, segments: string): Promise<void> => {
      await write(page, 'Text', text);
      await bubble.filter({ hasText: text }).waitFor();
      await page.getByText(characters, { exact: true }).waitFor();
      await page.getByText(segments, { exact: true }).waitFor();
    };
    await shows('a'.repeat(160), '160 characters', '1 segment');
    await shows('a'.repeat(161), '161 characters', '2 segments');
    await shows('ع'.repeat(70), '70 characters', '1 segment');
    expect(await bubble.locator('bdi').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    await shows('ع'.repeat(71), '71 characters', '2 segments');
    await shows('€', '2 characters', '1 segment');

    await write(page, 'Text', '{{ data.totalPointsIssued');
    const editor = page.getByRole('textbox', { name: 'Text', exact: true });
    await page.locator('[aria-invalid="true"]').waitFor();
    expect(await editor.getAttribute('aria-invalid')).toBe('true');
    expect(await bubble.textContent()).toBe('€');
    expect(await page.getByTestId('preview').getAttribute('data-stale')).toBe('true');
    await close();
  });

  it('6. shows a template from left to right in an Arabic text', async () => {
    const { page, close } = await openEditor('/b/tour/subscriptions/points-sms');
    await page.getByRole('button', { name: 'Add a language' }).click();
    await page.getByPlaceholder('ar').fill('ar');
    await page.keyboard.press('Enter');
    await page.locator('.cm-content[dir="rtl"]').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('لديك {{ data.totalPointsIssued }} نقطة');
    const template = page.locator('.cm-content[dir="rtl"] .cm-template');
    await template.waitFor();
    const places = await template.evaluate((element) => {
      const [range, text] = [
        document.createRange(),
        document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode(),
      ];
      return [0, 1].map((index) => {
        range.setStart(text ?? element, index);
        range.setEnd(text ?? element, index + 1);
        return range.getBoundingClientRect().left;
      });
    });
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(2);
    await close();
  });

  it('7. completes exactly the fields of the event type, and Tab leaves the editor', async () => {
    const types = listAt((await console.hub.admin('GET', '/v1/event-types?adapter=capillary&limit=200')).body, 'data');
    const schema = at(
      types.find((one) => at(one, 'type') === 'pointsIssued'),
      'schema.properties',
    );
    const keys = Object.keys(typeof schema === 'object' && schema !== null ? schema : {});
    keys.sort((one, other) => one.localeCompare(other));
    expect(keys).toContain('totalPointsIssued');
    const { page, close } = await openEditor('/b/tour/subscriptions/points-sms');
    await write(page, 'Text', '{{ data');
    await page.keyboard.type('.');
    const options = page.locator('.cm-tooltip-autocomplete li');
    await options.first().waitFor();
    const labels = await page.locator('.cm-tooltip-autocomplete .cm-completionLabel').allTextContents();
    expect([...labels].sort((one, other) => one.localeCompare(other))).toEqual(keys);
    // The arrow keys of the editor scroll the list of completions, while the editor keeps the focus.
    const faults = await accessibilityFaults(page);
    expect(faults.filter((fault) => !/^scrollable-region-focusable: .*cm-ac/.test(fault))).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const stays = await page
      .getByRole('textbox', { name: 'Text', exact: true })
      .evaluate((element) => element.contains(document.activeElement));
    expect(stays).toBe(false);
    await close();
  });

  it('8. names an unknown path and saves after a confirmation', async () => {
    await made('/v1/brands/tour/subscriptions', { name: 'unknown-path', ...SMS });
    const { page, close } = await openEditor('/b/tour/subscriptions/unknown-path');
    await write(page, 'Text', 'Hello {{ data.nope }}');
    await page.getByText('data.nope is not in pointsIssued').first().waitFor();
    await page.getByRole('button', { name: 'Save as v2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('data.nope is not in pointsIssued').waitFor();
    await dialog.getByRole('button', { name: 'Save anyway' }).click();
    await page.getByText('v2', { exact: true }).waitFor();
    const alert = page.getByRole('status').filter({ hasText: 'Saved with 2 warnings' });
    await alert.getByText('mapping.body', { exact: true }).first().waitFor();
    await alert.getByText('data.nope is not in pointsIssued').first().waitFor();
    const saved = await console.hub.admin('GET', '/v1/brands/tour/subscriptions/unknown-path');
    expect(at(saved.body, 'mapping.body')).toBe('Hello {{ data.nope }}');
    await write(page, 'Text', 'Hello you');
    await page.getByTestId('bubble').filter({ hasText: 'Hello you' }).waitFor();
    await page.getByRole('button', { name: 'Save as v3' }).click();
    await alert.waitFor({ state: 'detached' });
    await close();
  });

  it('9. counts what a changed filter would change for the last events', async () => {
    const { page, close } = await openEditor('/b/tour/subscriptions/points-sms');
    const [before, after] = [POINTS.filter((n) => n >= 50).length, POINTS.filter((n) => n >= 80).length];
    const matches = (count: number): Promise<void> =>
      page.getByText(`${count} of the newest ${POINTS.length} events match.`, { exact: true }).waitFor();
    await matches(before);
    await page.getByLabel('Value of condition 1').fill('80');
    await matches(after);
    await page.getByRole('button', { name: 'Try on the last events' }).click();
    const trial = page.getByTestId('trial');
    await trial.waitFor();
    await trial.getByText(`${after} of ${POINTS.length} events would be sent. With v1: ${before}.`).waitFor();
    expect(await trial.locator('[data-group]').allTextContents()).toEqual([
      `${before - after} no longer sent`,
      `${after} sent as before`,
      `${POINTS.length - before} not sent, as before`,
    ]);
    await close();
  });

  it('shows the message of each fallback step as its recipient sees it', async () => {
    const mail = { to: 'customer@example.com', subject: 'Points', html: '<p>{{ data.totalPointsIssued }} by mail</p>' };
    const messaging = { fallback: [{ destination: 'mail', mapping: mail }] };
    await made('/v1/brands/tour/subscriptions', { name: 'with-fallback', ...SMS, messaging });
    const { page, close } = await openEditor('/b/tour/subscriptions/with-fallback');
    await page.getByTestId('bubble').getByText('You earned 100 points.').waitFor();
    const chooser = page.getByLabel('Message of the preview');
    expect(await chooser.locator('option').allTextContents()).toEqual(['sms', 'If it does not arrive, 1: mail']);
    await chooser.selectOption('step-1');
    await page.frameLocator('iframe[title="E-mail"]').getByText('100 by mail').waitFor();
    expect(new URL(page.url()).searchParams.get('part')).toBe('step-1');
    expect(await page.getByTestId('bubble').count()).toBe(0);
    await write(page, 'Text', 'Edited {{ data.totalPointsIssued }}');
    await chooser.selectOption('');
    await page.getByTestId('bubble').getByText('Edited 100').waitFor();
    await close();
  });

  it('11. shows a hostile mail without running or loading anything', async () => {
    const html = `<p style="color: rgb(1, 2, 3)">Hello</p><script>parent.document.title = 'pwned'; top.location = '/x'</script>
      <meta http-equiv="refresh" content="0;url=https://evil.example/"><img src="https://evil.example/p.png">
      <form action="https://evil.example/"><input autofocus><button>Send</button></form><a target="_top" href="https://evil.example/">x</a>`;
    const mapping = { to: 'customer@example.com', subject: 'Hi', html };
    const mail = { source: 'capillary', events: ['pointsIssued'], destination: 'mail', mapping };
    await made('/v1/brands/tour/subscriptions', { name: 'hostile-mail', ...mail });
    const { page, faults, close } = await openAs(console, ADMIN_KEY, '/b/tour/subscriptions/points-sms');
    const answered: string[] = [];
    page.on('response', (response) => {
      if (!response.url().startsWith(console.hub.url)) answered.push(response.url());
    });
    await page.goto(`${console.hub.url}/console/b/tour/subscriptions/hostile-mail`);
    const frame = page.frameLocator('iframe[title="E-mail"]');
    const paragraph = frame.getByText('Hello', { exact: true });
    await paragraph.waitFor();
    expect(await paragraph.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(1, 2, 3)');
    expect(await page.title()).toBe('hostile-mail – Patchbay');
    expect(page.url()).toContain('/console/b/tour/subscriptions/hostile-mail');
    expect(answered).toEqual([]);
    // The browser reports all that the frame was kept from doing. Anything else is a fault of the page.
    const kept = /^console: (Blocked|Refused|Loading the image) |^foreign request: https:\/\/evil\.example\/p\.png$/;
    await until(() => faults.some((fault) => fault.includes('Blocked script execution')), {
      what: 'the report of the blocked script',
    });
    expect(faults.filter((fault) => !kept.test(fault))).toEqual([]);
    faults.length = 0;
    await close();
  });

  it('17. offers no Save for a subscription of a file, but YAML that applies with exactly the change', async () => {
    const { page, close } = await openEditor('/b/acme/subscriptions/points-sms');
    expect(await page.getByRole('button', { name: /^Save/ }).count()).toBe(0);
    await page.getByLabel('Value of condition 1').fill('75');
    await page.getByRole('button', { name: 'Show the YAML to save' }).click();
    await page.getByText('You changed: Only when.').waitFor();
    const href = await page.getByRole('link', { name: 'Download' }).getAttribute('href');
    const copied: unknown = parse(decodeURIComponent((href ?? '').replace(/^[^,]*,/, '')));
    const file = join(console.hub.configDirectory, 'brands', 'acme.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, stringify({ ...Object(parse(before)), subscriptions: at(copied, 'subscriptions') }));
    try {
      const run = await runCli(['apply', '--dry-run', '--json', file], {
        env: { PATCHBAY_URL: console.hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY, ...ENV },
      });
      expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
      expect(listAt(JSON.parse(run.out), 'changes').filter((one) => at(one, 'action') !== 'unchanged')).toEqual([
        { action: 'update', kind: 'subscription', name: 'acme/points-sms', fields: ['when'] },
      ]);
    } finally {
      writeFileSync(file, before);
    }
    await close();
  });

  it('18. shows both changes if two people save, and loses none', async () => {
    await made('/v1/brands/tour/subscriptions', { name: 'shared', ...SMS });
    const path = '/v1/brands/tour/subscriptions/shared';
    const { page, close } = await openEditor('/b/tour/subscriptions/shared');
    const theirs = { when: { 'data.totalPointsIssued': { $gte: 99 } }, mapping: { ...SMS.mapping, body: 'Theirs' } };
    expect((await console.hub.admin('PATCH', path, theirs)).status).toBe(200);
    await write(page, 'Text', 'Mine {{ data.totalPointsIssued }}');
    await page.getByTestId('bubble').filter({ hasText: 'Mine' }).waitFor();
    await page.getByRole('button', { name: 'Save as v2' }).click();
    const dialog = page.getByRole('dialog', { name: 'Somebody else saved version 2 meanwhile' });
    await dialog.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const save = dialog.getByRole('button', { name: 'Save the chosen values' });
    expect(await save.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: 'Message: Yours' }).check();
    await save.click();
    await page.getByText('v3', { exact: true }).waitFor();
    const saved = (await console.hub.admin('GET', path)).body;
    expect(at(saved, 'when')).toEqual(theirs.when);
    expect(at(saved, 'mapping.body')).toBe('Mine {{ data.totalPointsIssued }}');
    await close();
  });
});
