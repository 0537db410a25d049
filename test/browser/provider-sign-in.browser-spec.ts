import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import type { Cookie, Page } from 'playwright-core';
import { CLIENT, startIdentityProvider, type TestProvider } from '../e2e/support/identity-provider.js';
import { accessibilityFaults } from './support/axe.js';
import { openPage, startConsole, type OpenPage, type TestConsole } from './support/console.js';

const ADA = { sub: 'ada', name: 'Ada Lovelace', groups: ['admins'] };

let provider: TestProvider;
let console: TestConsole;
beforeAll(async () => {
  const port = await freePort();
  const hubUrl = `http://127.0.0.1:${port}`;
  provider = await startIdentityProvider(hubUrl);
  const roles = [{ value: 'admins', role: 'admin' }];
  const signIn = { name: 'Acme', issuer: provider.issuer, clientId: CLIENT.id, rolesClaim: ['groups'], roles };
  console = await startConsole({
    hubFile: JSON.stringify({ signIn }),
    environment: {
      PORT: String(port),
      PATCHBAY_PUBLIC_URL: hubUrl,
      PATCHBAY_OIDC_CLIENT_SECRET: CLIENT.secret,
    },
  });
  await console.hub.admin('POST', '/v1/brands', { name: 'shop' });
}, SERVICE_TIMEOUT_MS);
afterAll(async () => {
  await console.close();
  await provider.close();
});
beforeEach(() => provider.setNext(ADA));

/** Opens a page that may visit the provider. Other requests to another origin are faults. */
async function open(path: string): Promise<OpenPage> {
  const opened = await openPage(console, path);
  const { faults } = opened;
  return {
    ...opened,
    close: async () => {
      const others = faults.filter((fault) => !fault.includes(provider.issuer));
      faults.splice(0, faults.length, ...others);
      await opened.close();
    },
  };
}

const signedIn = (path: string): Promise<OpenPage> => signedInAs(ADA.name, path);

async function signedInAs(name: string, path: string): Promise<OpenPage> {
  const opened = await open(path);
  await opened.page.getByRole('link', { name: 'Sign in with Acme' }).click();
  await opened.page.getByRole('button', { name: `Menu of ${name}` }).waitFor();
  return opened;
}

describe('the sign-in page of a hub with an identity provider', () => {
  it('signs in at the provider, returns to the page and shows who is signed in', async () => {
    const { page, close } = await signedIn('/b/shop/settings');
    expect(page.url()).toBe(`${console.hub.url}/console/b/shop/settings`);
    await page.getByRole('button', { name: 'Menu of Ada Lovelace' }).click();
    await page.getByText('Role: admin').waitFor();
    expect(await hubCookies(page)).toMatchObject([
      { name: '__Host-patchbay', httpOnly: true, secure: true, sameSite: 'Strict' },
    ]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    // The provider asks whether its own session ends too.
    await page.waitForURL(`${provider.issuer}/session/end**`);
    expect(await hubCookies(page)).toEqual([]);
    await close();
  });

  it('says why a person was not signed in, and still offers both ways', async () => {
    provider.setNext({ sub: 'stranger', groups: ['staff'] });
    const { page, close } = await open('/');
    await page.getByRole('link', { name: 'Sign in with Acme' }).click();
    await page.getByRole('alert').getByText('Your account has no role in this hub.').waitFor();
    await page.getByLabel('API key').waitFor();
    await page.getByRole('button', { name: 'العربية' }).click();
    await page.getByRole('alert').getByText('ليس لحسابك دور في هذا المركز.').waitFor();
    await page.getByRole('link', { name: 'تسجيل الدخول عبر Acme' }).waitFor();
    await close();
  });
});

describe('the list of people', () => {
  it('removes a person, restores the person, and erases the name', async () => {
    provider.setNext({ sub: 'grace', name: 'Grace Hopper', groups: ['admins'] });
    await (await signedInAs('Grace Hopper', '/')).close();
    provider.setNext(ADA);
    const { page, close } = await signedIn('/people');
    const row = page.getByRole('row').filter({ hasText: 'Grace Hopper' });
    const confirm = async (action: string): Promise<void> => {
      await row.getByRole('button', { name: `${action} Grace Hopper` }).click();
      await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
    };
    await row.getByText('active').waitFor();
    await confirm('Remove');
    await row.getByText('removed').waitFor();
    await confirm('Restore');
    await row.getByText('active').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await confirm('Erase');
    await row.waitFor({ state: 'detached' });
    await close();
  });
});

describe('a session of a person that ends', () => {
  it('is followed by a new one from a window, and the draft stays', async () => {
    const { page, close } = await signedIn('/b/shop/settings');
    const draft = page.getByLabel('More personal fields');
    await draft.fill('data.nickname');
    await endSessions();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByRole('button', { name: 'Sign in with Acme' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await draft.inputValue()).toBe('data.nickname');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings are saved.').waitFor();
    await close();
  });
});

/** Returns the cookies of the hub. Cookies of 127.0.0.1 do not differ by port, so the provider's cookies are left out. */
async function hubCookies(page: Page): Promise<readonly Cookie[]> {
  return (await page.context().cookies(console.hub.url)).filter(({ name }) => name.startsWith('__Host-'));
}

async function endSessions(): Promise<void> {
  const database = new pg.Client({ connectionString: console.hub.databaseUrl });
  await database.connect();
  await database.query('DELETE FROM sessions');
  await database.end();
}

/** Returns a port that is free now. The hub must know its URL before it starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no port.');
  return address.port;
}
