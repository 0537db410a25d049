import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { html } from './html.js';
import { startSandboxHub, type SandboxHub } from './start-sandbox-hub.js';

const pluginsDir = fileURLToPath(new URL('../../../../plugins', import.meta.url));

describe('the sandbox hub', () => {
  let hub: SandboxHub;
  const event = (data: object, id: string) =>
    fetch(`${hub.url}/webhook/bearer`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer sandbox-bearer-token-0000001',
        'content-type': 'application/json',
        'webhook-id': id,
      },
      body: JSON.stringify(data),
    });

  beforeAll(async () => {
    hub = await startSandboxHub({ pluginsDir, port: 0 });
  });
  afterAll(async () => {
    await hub.stop();
  });

  it('finds the vendors by scanning and mounts each under its type', () => {
    expect([...hub.sandboxes.keys()]).toEqual(expect.arrayContaining(['twilio-sms', 'webhook']));
    expect(hub.sandboxes.get('webhook')?.baseUrl).toBe(`${hub.url}/webhook`);
  });

  it('shows received messages, escaped, with a policy that blocks foreign scripts', async () => {
    expect((await event({ type: 'pointsIssued', text: '<script>alert(1)</script>' }, 'one')).status).toBe(200);
    const page = await fetch(hub.url);
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<h3 dir="auto">pointsIssued</h3>');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('Nothing yet.');
  });

  it('returns the same as JSON, without credentials, and empties the inbox on request', async () => {
    hub.sandboxes.get('webhook')?.clear();
    await event({ type: 'pointsRedeemed' }, 'two');
    const text = await (await fetch(`${hub.url}/inbox.json`)).text();
    expect(text).not.toContain('sandbox-bearer-token');
    const { vendors } = JSON.parse(text) as { vendors: { type: string; received: number; messages: object[] }[] };
    expect(vendors.find(({ type }) => type === 'webhook')).toMatchObject({
      received: 1,
      violations: [],
      messages: [{ to: null, subject: 'pointsRedeemed', status: 'received', request: { path: '/bearer' } }],
    });
    expect((await fetch(`${hub.url}/inbox.json`, { method: 'DELETE' })).status).toBe(204);
    expect(hub.sandboxes.get('webhook')?.received).toBe(0);
  });

  it('answers 404 elsewhere and reports the port if it is in use', async () => {
    for (const path of ['/elsewhere', '//', '//elsewhere']) expect((await fetch(hub.url + path)).status).toBe(404);
    const port = Number(new URL(hub.url).port);
    await expect(startSandboxHub({ pluginsDir, port })).rejects.toThrow(`Port ${String(port)} on 127.0.0.1 is in use`);
  });

  it('escapes every value of a template except markup', () => {
    expect(html`<b title="${`"'`}">${'<&>'}${html`<i>${1}</i>`}</b>`.text).toBe(
      '<b title="&quot;&#39;">&lt;&amp;&gt;<i>1</i></b>',
    );
  });
});
