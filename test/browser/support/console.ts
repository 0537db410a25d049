import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { consoleLink } from '../../e2e/support/console-session.js';
import { ADMIN_KEY, startTestHub, type TestHub, type TestHubOptions } from '../../e2e/support/test-hub.js';
import { ARGUMENTS, CHROMIUM } from './chromium.js';
import { watchTraffic } from './completed.js';
import { watchFaults } from './faults.js';

/** Hub with its own database, and a browser. */
export interface TestConsole {
  readonly hub: TestHub;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Page in a browser context of its own: no cookie or storage of another test. */
export interface OpenPage {
  readonly page: Page;
  /** Faults so far. A test that provokes a fault empties the list itself. */
  readonly faults: string[];
  /** Closes the context. Throws if the page did what no page of the console may do. */
  close(): Promise<void>;
}

/** Starts a hub and a browser for a test file, which must close them. */
export async function startConsole(options: TestHubOptions = {}): Promise<TestConsole> {
  const hub = await startTestHub(options);
  try {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    return {
      hub,
      browser,
      close: async () => {
        await browser.close();
        await hub.close();
      },
    };
  } catch (error) {
    await hub.close();
    throw error;
  }
}

/** Opens a page of the console without a session: `openPage(console, '/sign-in')`. */
export async function openPage(
  { hub, browser }: TestConsole,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
  // A slow machine must not fail a test.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  watchTraffic(page);
  const found = await watchFaults(page, hub.url);
  await page.goto(path.startsWith('http') ? path : `${hub.url}/console${path}`);
  return {
    page,
    faults: found,
    close: async () => {
      await context.close();
      if (found.length > 0) throw new Error(`The page has faults:\n${found.join('\n')}`);
    },
  };
}

/** Signs in with a key and opens a page of the console: `openAs(console, key.key, '/b/acme/events')`. */
export async function openAs(
  console: TestConsole,
  key: string = ADMIN_KEY,
  path = '/',
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const opened = await openPage(console, await consoleLink(console.hub, key), options);
  await opened.page.getByRole('banner').waitFor();
  await opened.page.goto(`${console.hub.url}/console${path}`);
  await opened.page.getByRole('banner').waitFor();
  return opened;
}
