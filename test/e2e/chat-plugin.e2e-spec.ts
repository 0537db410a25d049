import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { ROOT } from '../architecture/tree.js';
import { pointsIssued } from './support/acme.js';
import { packAndInstall, type InstalledPackage } from './support/installed-package.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

const NAME = '@acme/patchbay-chat';
const AUTH = { 'x-acme-token': 'invented-source-token' };
const PUBLIC_URL = 'https://hub.example.com';
const VERIFY_TOKEN = 'invented-verify-token';
const APP_SECRET = 'invented-app-secret';

const brand = `
brand: acme
sources:
  capillary:
    adapter: capillary
    auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } }
recipients:
  consent: { chat: "{{ data.chatOptIn }}" }
destinations:
  chat:
    type: acme-chat
    credentials:
      token: "\${env:CHAT_TOKEN}"
      appSecret: "\${env:APP_SECRET}"
      verifyToken: "\${env:VERIFY_TOKEN}"
    settings: { url: "\${env:CHAT_URL}", sender: shop }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: chat
    mapping: { $action: sendText, to: "{{ event.customerId }}", text: Points }
`;

describe('a plugin for the channel chat, with a check of its callback URL', () => {
  const here = process.cwd();
  let installed: InstalledPackage;
  let receiver: Receiver;
  let hub: TestHub;
  /** Callback URL of the destination, at the address of this hub. */
  let callbackUrl: string;

  beforeAll(async () => {
    installed = await packAndInstall(join(ROOT, 'test', 'fixtures', 'chat-plugin'), NAME);
    process.chdir(installed.folder);
    receiver = await startReceiver();
    hub = await startTestHub({
      hubFile: `plugins: ["${NAME}"]\n`,
      brands: { acme: brand },
      env: {
        ...{ ACME_TOKEN: AUTH['x-acme-token'], CHAT_TOKEN: 'invented-chat-token' },
        ...{ APP_SECRET, VERIFY_TOKEN, CHAT_URL: receiver.url },
      },
      environment: { PATCHBAY_PUBLIC_URL: PUBLIC_URL },
    });
    const { body } = await hub.admin('GET', '/v1/brands/acme/destinations/chat');
    callbackUrl = String(at(body, 'callbackUrl')).replace(PUBLIC_URL, hub.url);
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await hub.close();
    await receiver.close();
    process.chdir(here);
    installed.remove();
  }, SERVICE_TIMEOUT_MS);

  const check = (token: string, mode = 'subscribe') =>
    fetch(`${callbackUrl}?hub.mode=${mode}&hub.verify_token=${token}&hub.challenge=%3Cb%3E1158`);

  it('answers the vendor’s check with the challenge, as plain text', async () => {
    const answer = await check(VERIFY_TOKEN);
    expect([answer.status, await answer.text()]).toEqual([200, '<b>1158']);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('refuses a check with another token or mode', async () => {
    expect((await check('another-token')).status).toBe(403);
    expect((await check(VERIFY_TOKEN, 'unsubscribe')).status).toBe(403);
  });

  it('needs the consent of the customer for the channel', async () => {
    await hub.ingest('acme/capillary', pointsIssued('refused', 100, { chatOptIn: 'no' }), AUTH);
    const list = () => hub.admin('GET', '/v1/brands/acme/deliveries?status=suppressed');
    await until(async () => at((await list()).body, 'data.0') !== undefined, { what: 'the suppressed delivery' });
    expect((await list()).body).toMatchObject({ data: [{ status: 'suppressed', reason: 'consent' }] });
    expect(receiver.received).toEqual([]);
  });

  it('sends with consent, and applies the vendor’s signed callback', async () => {
    await hub.ingest('acme/capillary', pointsIssued('agreed', 100, { chatOptIn: 'yes' }), AUTH);
    const [request] = await receiver.atLeast(1);
    const reference = at(JSON.parse(request?.body ?? '{}'), 'messages.0.reference');
    const body = JSON.stringify({ reference, status: 'read' });
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
    const call = (sent: string) =>
      fetch(callbackUrl, { method: 'POST', headers: { 'x-hub-signature-256': sent }, body });
    expect((await call('sha256=0000')).status).toBe(403);
    expect((await call(signature)).status).toBe(204);
    const delivery = () => hub.admin('GET', `/v1/brands/acme/deliveries/${String(reference)}`);
    await until(async () => at((await delivery()).body, 'vendorStatus') === 'opened', { what: 'the status' });
  });

  it('lists the values that the vendor offers for a setting, and warns about another value', async () => {
    const path = '/v1/brands/acme/destinations/chat';
    receiver.answer(200, { 'x-senders': 'club,shop' });
    expect(await hub.admin('POST', `${path}/choices/sender`)).toMatchObject({
      status: 200,
      body: { ok: true, message: null, data: [{ value: 'club', label: 'Sender club' }, { value: 'shop' }] },
    });
    expect((await hub.admin('POST', `${path}/verify`)).body).toMatchObject({ ok: true, warnings: [] });
    receiver.answer(200, { 'x-senders': 'club' });
    expect((await hub.admin('POST', `${path}/verify`)).body).toMatchObject({
      ok: true,
      warnings: ['settings.sender: the vendor does not offer "shop". Choose one of its values.'],
    });
    receiver.answer(401);
    expect((await hub.admin('POST', `${path}/choices/sender`)).body).toMatchObject({
      ok: false,
      message: expect.stringContaining('401'),
      data: [],
    });
    const unknown = await hub.admin('POST', `${path}/choices/url`);
    expect([unknown.status, at(unknown.body, 'detail')]).toEqual([404, expect.stringContaining('Use one of sender.')]);
  });
});
