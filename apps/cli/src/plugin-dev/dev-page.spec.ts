import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startDevPage, type DevPage } from './dev-page.js';

describe('the page of `patchbay plugin dev`', () => {
  let page: DevPage;
  const sent: string[] = [];
  const start = async (): Promise<void> => {
    sent.length = 0;
    page = await startDevPage(0, {
      type: 'acme-crm',
      log: { entries: [{ number: 1, text: 'reloaded in 7 ms' }] },
      session: { send: (type) => void sent.push(type) },
    });
  };
  afterEach(() => page.stop());

  it('is a page that runs only its own script', async () => {
    await start();
    const response = await fetch(page.url);
    const nonce = /<script nonce="([^"]+)">/.exec(await response.text())?.[1];
    expect(nonce).toBeDefined();
    expect(response.headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonce ?? ''}'`);
  });

  it('returns the samples and the newest output', async () => {
    await start();
    const state = await (await fetch(`${page.url}/state`)).json();
    expect(state).toMatchObject({ type: 'acme-crm', entries: [{ number: 1, text: 'reloaded in 7 ms' }] });
    expect(state).toHaveProperty('samples', expect.arrayContaining(['pointsIssued']));
  });

  it('sends an event for its own page, and for no other page', async () => {
    await start();
    const send = (origin: string) =>
      fetch(`${page.url}/send?type=tierUpgraded`, { method: 'POST', headers: { origin } });
    expect((await send('http://attacker.example')).status).toBe(404);
    expect(sent).toEqual([]);
    expect((await send(page.url)).status).toBe(202);
    expect(sent).toEqual(['tierUpgraded']);
  });

  it('refuses requests with another host name, which a rebound DNS name would have', async () => {
    await start();
    const asked = request(`${page.url}/state`, { headers: { host: 'attacker.example' } }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.resume().statusCode).toBe(403);
  });
});
