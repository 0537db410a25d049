import { chromium, type Page } from 'playwright-core';
import type { ListsInBrowser, MeasuredHub } from '../large-lists/in-browser.js';
import { ARGUMENTS, CHROMIUM } from './support/chromium.js';
import { watchMissingLimits } from './support/missing-limits.js';
import { watchRows } from './support/watch-rows.js';

/** Elements that show the first row of a list, or the outcome of an event. */
const ROW = 'tr[data-row], [data-subscription]';
/** Number of pages after which the memory is read. */
const PAGES = 50;
/** Number of times that each page is opened. */
const TURNS = 5;

/** Measures the lists of a hub in Chromium. Every page is opened anew, so its time includes the load of the console. */
export async function measureLists(hub: MeasuredHub): Promise<ListsInBrowser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    // A slow page fails by its measured time.
    page.setDefaultTimeout(120_000);
    const withoutLimit = watchMissingLimits(page, await hub.call('GET', '/openapi.json'));
    await page.addInitScript(recordTimes, ROW);
    await page.goto(await hub.signInLink());
    await page.getByRole('banner').waitFor();
    const rowVisibleMs = new Map<string, number>();
    for (const [name, path] of hub.pages) rowVisibleMs.set(name, await slowest(page, `${hub.url}/console${path}`));
    const heapBytes = await heapAfterPages(page, `${hub.url}/console${hub.list}`);
    return { rowVisibleMs, heapBytes, withoutLimit, live: await liveList(page, hub) };
  } finally {
    await browser.close();
  }
}

/** Times of a page in milliseconds. */
interface ListTimes {
  /** Time from the start of the navigation until the first row was visible; 0 before. */
  row: number;
  /** Duration of the longest task that blocked the page. */
  longestTask: number;
}

/** Records the times of a page from its start. Runs in the page. */
function recordTimes(selector: string): void {
  const times: ListTimes = { row: 0, longestTask: 0 };
  Reflect.set(globalThis, 'listTimes', times);
  const watch = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    watch.disconnect();
    // The first frame after the change draws the row, so it is visible when the second begins.
    requestAnimationFrame(() => requestAnimationFrame(() => (times.row = performance.now())));
  });
  watch.observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) times.longestTask = Math.max(times.longestTask, duration);
  }).observe({ type: 'longtask' });
}

async function timesOf(page: Page): Promise<ListTimes> {
  return page.evaluate(() => Reflect.get(globalThis, 'listTimes') as ListTimes);
}

/** Opens a page several times and returns the longest time until its first row, in milliseconds. */
async function slowest(page: Page, url: string): Promise<number> {
  let longest = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    await page.goto('about:blank');
    await page.goto(url);
    await page.waitForFunction(() => (Reflect.get(globalThis, 'listTimes') as ListTimes).row > 0);
    longest = Math.max(longest, (await timesOf(page)).row);
  }
  return longest;
}

/** Goes through the pages of a list, and returns the size of the live JavaScript objects. */
async function heapAfterPages(page: Page, url: string): Promise<number> {
  await page.goto(url);
  for (let turn = 1; turn < PAGES; turn += 1) {
    const first = (await page.locator('tr[data-row]').first().getAttribute('data-row')) ?? '';
    await page.getByRole('button', { name: 'Older' }).click();
    await page.locator(`tr[data-row="${first}"]`).waitFor({ state: 'detached' });
  }
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** Looks at a list while the hub gets events. */
async function liveList(page: Page, hub: MeasuredHub): Promise<ListsInBrowser['live']> {
  await page.goto(`${hub.url}/console${hub.list}`);
  const row = page.locator('tr[data-row]').nth(6);
  await row.hover();
  const box = await row.boundingBox();
  const read = await watchRows(page, (box?.x ?? 0) + 60, (box?.y ?? 0) + 10);
  const rows = await page.locator('tr[data-row]').count();
  await page.evaluate(() => ((Reflect.get(globalThis, 'listTimes') as ListTimes).longestTask = 0));
  const events = await hub.sendEvents();
  await page.getByRole('button', { name: /newer entr/ }).waitFor();
  const { positions, underPointer, mostRows } = await read();
  return {
    events,
    moved: positions.length - rows + underPointer.length - 1,
    mostRows,
    longestTaskMs: (await timesOf(page)).longestTask,
  };
}
