import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, startSandbox, type StartedSandbox } from '@patchbay/testing';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { runCli } from '../../apps/cli/src/testing/run-cli.js';
import { ROOT } from '../architecture/tree.js';
import chatSandbox, { CREDENTIALS } from '../fixtures/chat-plugin/sandbox.js';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { ADMIN_KEY, at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-chat';
const PHONE = '+15005550010';

/** Brand whose subscriptions choose different actions at the same destinations. */
const brand = `
brand: acme
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  chat:
    type: acme-chat
    credentials: { token: "\${env:TOKEN}", appSecret: "\${env:SECRET}", verifyToken: "\${env:SECRET}" }
    settings: { url: "\${env:CHAT_URL}" }
  bulk:
    type: acme-chat
    credentials: { token: "\${env:TOKEN}", appSecret: "\${env:SECRET}", verifyToken: "\${env:SECRET}" }
    settings: { url: "\${env:CHAT_URL}", batches: true }
subscriptions:
  template:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $lt: 100 } }
    destination: chat
    mapping: { $action: sendTemplate, phone: "{{ data.phone }}", template: points }
    messaging: { purpose: transactional }
  text:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $lt: 100 } }
    destination: chat
    mapping:
      $action: sendText
      locale: "{{ data.language }}"
      en: { to: "{{ data.member }}", text: "{{ data.totalPointsIssued }} points" }
      fr: { to: "{{ data.member }}", text: "{{ data.totalPointsIssued }} points fr" }
    messaging: { purpose: transactional }
  bulk-template:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 100 } }
    destination: bulk
    mapping: { $action: sendTemplate, phone: "{{ data.phone }}", template: points }
    messaging: { purpose: transactional }
  bulk-text:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 100 } }
    destination: bulk
    mapping: { $action: sendText, to: "{{ data.member }}", text: Many points }
    messaging: { purpose: transactional }
`;

describe('a destination with several actions', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let vendor: StartedSandbox;
  let hub: TestHub;
  let folder: string;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'chat-plugin'), NAME);
    vendor = await startSandbox(chatSandbox);
    folder = mkdtempSync(join(tmpdir(), 'patchbay-actions-'));
    // The hub resolves packages from its working directory, so the test changes this directory.
    process.chdir(installed.folder);
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: { ACME_TOKEN, TOKEN: CREDENTIALS.token, SECRET: CREDENTIALS.appSecret, CHAT_URL: vendor.sandbox.baseUrl },
    });
    // The threads that render previews load their modules from the working directory.
    process.chdir(here);
  }, SERVICE_TIMEOUT_MS);
  beforeEach(() => {
    vendor.sandbox.clear();
  });
  afterAll(async () => {
    await hub.close();
    await vendor.stop();
    installed.remove();
    rmSync(folder, { recursive: true });
  }, SERVICE_TIMEOUT_MS);

  const sent = (): { readonly kind: unknown; readonly size: number; readonly first: unknown }[] =>
    vendor.sandbox.requests.map((request) => {
      const body = request.jsonObject() ?? {};
      return { kind: body.kind, size: chatSandbox.batch?.count(request) ?? 0, first: at(body, 'messages.0') };
    });
  const deliveries = async (query: string): Promise<readonly unknown[]> => {
    const { body } = await hub.admin('GET', `/v1/brands/acme/deliveries?limit=200&${query}`);
    return at(body, 'data') as readonly unknown[];
  };
  const succeeded = async (subscription: string, count: number): Promise<readonly unknown[]> => {
    const query = `subscription=${subscription}&status=succeeded`;
    await until(async () => (await deliveries(query)).length >= count, {
      what: `${count} deliveries of ${subscription}`,
    });
    return deliveries(query);
  };
  const dryRun = (change: readonly [from: string, to: string]) => {
    expect(brand).toContain(change[0]);
    const file = join(folder, 'acme.yaml');
    writeFileSync(file, brand.replace(...change));
    const env = {
      ACME_TOKEN,
      TOKEN: 'invented-token-0123456789',
      SECRET: 'invented-secret-0123456789',
      CHAT_URL: 'http://127.0.0.1:9',
    };
    return runCli(['apply', file, '--dry-run'], {
      env: { ...env, PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY },
    });
  };

  it('sends each delivery by the action of its mapping, also when it is redelivered', async () => {
    const expectBoth = (): void => {
      const reference = expect.any(String);
      expect(sent()).toHaveLength(2);
      expect(sent()).toContainEqual({
        kind: 'template',
        size: 1,
        first: { phone: PHONE, template: 'points', reference },
      });
      expect(sent()).toContainEqual({
        kind: 'text',
        size: 1,
        first: { to: 'member-1', text: '20 points fr', reference },
      });
    };
    vendor.sandbox.always(answer(400, ''));
    const data = { phone: PHONE, member: 'member-1', language: 'fr' };
    await hub.ingest('acme/capillary', pointsIssued('one', 20, data), ACME_AUTH);
    await until(async () => (await deliveries('status=dead')).length === 2, { what: 'the refused deliveries' });
    expectBoth();
    vendor.sandbox.clear();
    for (const dead of await deliveries('status=dead')) {
      const { status } = await hub.admin('POST', `/v1/brands/acme/deliveries/${String(at(dead, 'id'))}/redeliver`);
      expect(status).toBeLessThan(300);
    }
    await succeeded('text', 1);
    await succeeded('template', 1);
    expectBoth();
  });

  it('never mixes actions in a batch', async () => {
    const events = Array.from({ length: 8 }, (_, index) =>
      pointsIssued(`bulk-${index}`, 100, { phone: PHONE, member: `member-${index}` }),
    );
    for (const event of events) await hub.ingest('acme/capillary', event, ACME_AUTH);
    await succeeded('bulk-template', 8);
    await succeeded('bulk-text', 8);
    expect(vendor.sandbox.violations).toEqual([]);
    const sizes = (kind: string) => sent().flatMap((call) => (call.kind === kind ? [call.size] : []));
    for (const kind of ['template', 'text']) {
      expect(sizes(kind).reduce((sum, size) => sum + size, 0)).toBe(8);
    }
    expect(sent().length).toBeLessThan(16);
  });

  it('shows the action in a preview and its request, and refuses a test message of another class', async () => {
    const preview = await hub.admin('POST', '/v1/brands/acme/preview', {
      subscription: 'template',
      event: pointsIssued('preview', 20, { phone: PHONE }),
    });
    expect(preview.body).toMatchObject({ message: { $action: 'sendTemplate', template: 'points' }, problems: [] });
    const send = (message: object) =>
      hub.admin('POST', '/v1/brands/acme/destinations/chat/test-send', {
        message,
        recipient: { phone: PHONE },
        purpose: 'transactional',
      });
    expect(await send({ to: PHONE, text: 'Hello' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'message.$action', detail: 'is missing; name one of sendTemplate, sendText' }] },
    });
    expect(await send({ $action: 'sendText', to: PHONE, text: 'Hello' })).toMatchObject({
      status: 200,
      body: { accepted: true, sent: { $action: 'sendText' } },
    });
    expect(sent()).toMatchObject([{ kind: 'text', first: { text: 'Hello' } }]);
  });

  it('checks the recipients of the action against the suppression list', async () => {
    const added = await hub.admin('POST', '/v1/brands/acme/suppressions', {
      suppressions: [{ kind: 'phone', address: '+15005550077' }],
    });
    expect(added.status).toBeLessThan(300);
    const data = { phone: '+15005550077', member: 'member-77' };
    await hub.ingest('acme/capillary', pointsIssued('suppressed', 21, data), ACME_AUTH);
    await until(async () => (await deliveries('subscription=template&status=suppressed')).length === 1, {
      what: 'the suppressed delivery',
    });
    await until(() => sent().length === 1, { what: 'the text, which has no suppressed address' });
    expect(sent()).toMatchObject([{ kind: 'text', first: { to: 'member-77' } }]);
  });

  it('refuses a mapping whose action is missing or unknown, or whose fields belong to another action', async () => {
    const known = 'sendTemplate, sendText';
    const missing = await dryRun(['mapping: { $action: sendTemplate, ', 'mapping: { ']);
    expect([missing.code, missing.err]).toEqual([
      1,
      expect.stringMatching(
        /:\d+ subscriptions\.template\.mapping\.\$action: is missing; name one of sendTemplate, sendText/s,
      ),
    ]);
    const unknown = await dryRun(['$action: sendTemplate', '$action: sendTemplates']);
    expect(unknown.err).toContain(`is not an action of acme-chat; use one of ${known}. Did you mean "sendTemplate"?`);
    const other = await dryRun(['$action: sendTemplate, ', '$action: sendText, ']);
    expect(other.err).toContain('subscriptions.template.mapping.phone');
    const dynamic = await dryRun(['$action: sendTemplate', '$action: "{{ data.kind }}"']);
    expect(dynamic.err).toContain('must be the name of an action');
    expect((await dryRun(['Many points', 'Most points'])).code).toBe(0);
  });

  it('keeps the action in an export', async () => {
    const { body } = await hub.admin('GET', '/v1/brands/acme/subscriptions/text');
    expect(at(body, 'mapping.$action')).toBe('sendText');
    const added = await hub.admin('POST', '/v1/brands/acme/subscriptions', {
      name: 'by-api',
      source: 'capillary',
      events: ['customerAdded'],
      destination: 'chat',
      mapping: { $action: 'sendTemplate', phone: '{{ recipient.phone }}', template: 'welcome' },
    });
    expect(added.status).toBe(201);
    const exported = await runCli(['export', 'acme'], {
      env: { PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY },
    });
    expect(exported.out).toContain('$action: sendTemplate');
  });
});
