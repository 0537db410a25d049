import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ACME_AUTH, ACME_TOKEN, pointsIssued } from '../e2e/support/acme.js';
import { ADMIN_KEY } from '../e2e/support/test-hub.js';
import { ID_AT, LOWEST_ID, MAKE_DAY } from '../large-lists/fill-statements.js';
import { openAs, startConsole, type TestConsole } from './support/console.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Retention of the brand in days. The day of a change of the clock is at most eight months ago. */
const RETENTION_DAYS = 400;

/** Returns the start in UTC of the `nth` Sunday of a month. January is 0. */
function sunday(year: number, month: number, nth: number): number {
  const first = new Date(Date.UTC(year, month)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + 7 * (nth - 1));
}

/** Returns the latest change of the clock in New York, and the offsets from UTC before and after it in hours. */
function latestChange(): { readonly at: number; readonly before: number; readonly after: number } {
  const thisYear = new Date().getUTCFullYear();
  const changes = [thisYear - 1, thisYear].flatMap((year) => [
    { at: sunday(year, 2, 2) + 7 * HOUR, before: -5, after: -4 },
    { at: sunday(year, 10, 1) + 6 * HOUR, before: -4, after: -5 },
  ]);
  const past = changes.filter(({ at }) => at < Date.now() - DAY);
  return past.at(-1) ?? { at: 0, before: 0, after: 0 };
}

const change = latestChange();

/** Times of events, in seconds from the change, oldest first. The first and the fourth are at 01:30:30 in autumn. */
const EVENTS = [-1_770, -1, 0, 1_830, 5_408].map((seconds) => change.at + seconds * 1_000);
/** Range that has the second, third and fourth event. */
const [FROM, TO] = [change.at - 1_000, change.at + 5_407_000];
/** Milliseconds of a second at which each event arrives. */
const FRACTION = 112;

/** Returns the local time with an offset in hours, as `2026-11-01T01:30:30`. */
const local = (at: number, offset: number): string => new Date(at + offset * HOUR).toISOString().slice(0, 19);

const BRAND = `
brand: acme
timezone: Asia/Kolkata
retention: ${RETENTION_DAYS}d
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
`;

/** Statement that copies the only event to other times. $1: milliseconds since the epoch, $2: retention in days. */
const INSERT = `
INSERT INTO events (
  id, retention_days, brand_id, source_id, config_revision, type, source_event_id, customer_id, occurred_at, received_at,
  attributes, data
)
SELECT pg_temp.id_at(t.ms, t.ms::text), e.retention_days, e.brand_id, e.source_id, e.config_revision, 'pointsIssued',
  t.ms::text, '7', to_timestamp(t.ms / 1000), to_timestamp(t.ms / 1000), '{}', '{}'
FROM events e, unnest($1::float8[]) t (ms)
WHERE e.retention_days = $2`;

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole({ brands: { acme: BRAND }, env: { ACME_TOKEN } });
  await console.hub.ingest('acme/capillary', pointsIssued('event-of-today'), ACME_AUTH);
  const client = new pg.Client({ connectionString: console.hub.databaseUrl });
  await client.connect();
  for (const statement of [ID_AT, LOWEST_ID, MAKE_DAY]) await client.query(statement);
  await client.query('SELECT pg_temp.make_day($1, $2)', [Math.floor(change.at / DAY), RETENTION_DAYS]);
  await client.query(INSERT, [EVENTS.map((at) => at + FRACTION), RETENTION_DAYS]);
  await client.end();
}, SERVICE_TIMEOUT_MS);
afterAll(() => console.close());

describe('times on the day on which the clock of the browser changes', () => {
  it.each([
    { choice: 'brand', zone: 'Asia/Kolkata', before: 5.5, after: 5.5 },
    { choice: 'browser', zone: 'America/New_York', before: change.before, after: change.after },
  ])('26 agree to the second: zone of the $choice', async ({ choice, zone, before, after }) => {
    const offset = (at: number): number => (at < change.at ? before : after);
    const shown = (at: number): string => local(at, offset(at));
    const { page, close } = await openAs(console, ADMIN_KEY, '/brands', { timezoneId: 'America/New_York' });
    await page.clock.setFixedTime(change.at + 3 * HOUR);
    await page.evaluate((value) => localStorage.setItem('patchbay.zone', value), choice);
    await page.goto(`${console.hub.url}/console/b/acme/events`);
    await page.getByRole('combobox', { name: 'Received' }).selectOption('custom');

    const call = page.waitForRequest((request) => {
      const { pathname, searchParams } = new URL(request.url());
      return pathname.endsWith('/events') && searchParams.get('to') !== null;
    });
    const [from, to] = [page.getByLabel(`From ${zone}`), page.getByLabel(`Until ${zone}`)];
    await from.fill(shown(FROM));
    await from.press('Enter');
    await to.fill(shown(TO));
    await to.press('Enter');
    const { searchParams } = new URL((await call).url());
    expect(searchParams.get('from')).toBe(new Date(FROM).toISOString());
    expect(searchParams.get('to')).toBe(new Date(TO).toISOString());

    const expected = EVENTS.slice(1, 4).reverse();
    const times = page.locator('tr[data-row] td:first-child time');
    const hasRows = async (): Promise<boolean> => (await times.count()) === expected.length;
    await until(hasRows, { what: 'the events of the range', timeoutMs: 30_000 });
    expect(await times.allInnerTexts()).toEqual(expected.map((at) => shown(at).slice(11)));
    for (const [index, at] of expected.entries()) {
      await times.nth(index).hover();
      const tooltip = await page
        .getByRole('tooltip')
        .filter({ hasText: `${shown(at)}.${FRACTION}` })
        .innerText();
      const [iso = '', named] = tooltip.split(' · ');
      expect(named).toBe(zone);
      expect(new Date(iso).getTime()).toBe(at + FRACTION);
    }

    await page.reload();
    await until(hasRows, { what: 'the events after a reload', timeoutMs: 30_000 });
    expect([await from.inputValue(), await to.inputValue()]).toEqual([shown(FROM), shown(TO)]);
    await close();
  });
});
