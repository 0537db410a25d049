import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ownPostgres } from '@patchbay/testing/services';
import pg from 'pg';
import { BRANDS, createDatabase, startHub, type HubUnderTest } from './hub.js';
import { fill } from './fill-database.js';
import { linesOf, measuredHub, type ListsInBrowser, type MeasuredHub } from './in-browser.js';
import { measure, type Measured } from './measure.js';
import { requestsOf } from './requests.js';
import { resultTable } from './result-table.js';

const HELP = `npm run test:large-lists -- [options]

Fills a database with events and twice as many deliveries of the last 30 days. Then measures the lists and pages of the
console through the API of a hub, and in Chromium. Fails if the 95th percentile of a request is over 300 ms, or if a
value of the browser is over its limit: a first row visible after 1 s, a JavaScript heap of 80 MB after 50 pages, a
request of a list without a limit, a row that moves or a task of 200 ms while 200 events per second arrive.

  --events <n>     number of events (default 1,000,000)
  --requests <n>   number of requests per line of the table (default 50)
  --only <text>    measure only requests whose name contains the text
  --database <url> measure a database that an earlier run filled and keeps
  --seconds <n>    number of seconds for which events arrive (default 30)
  --no-browser     measure only the API
  --keep           afterwards keep the hub and its database until Ctrl-C, and print their URLs
`;

/** Maximum of the 95th percentile of each request, in milliseconds. */
const MAX_P95_MS = 300;
/** Brands whose requests are measured: the brand with nearly all rows, and a brand with few rows. */
const MEASURED = [BRANDS[0], BRANDS[2]];

/**
 * Runs the measurement. Returns the exit code.
 * @param measureLists a parameter, because code for a browser is compiled with other types
 */
export async function command(
  args: readonly string[],
  measureLists: (hub: MeasuredHub) => Promise<ListsInBrowser>,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '1000000' },
      requests: { type: 'string', default: '50' },
      only: { type: 'string', default: '' },
      database: { type: 'string' },
      seconds: { type: 'string', default: '30' },
      'no-browser': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const hub = await startHub(values.database ?? (await createDatabase((await ownPostgres()).url)));
  try {
    if (values.database === undefined) await fillDatabase(hub.databaseUrl, wholeNumber('--events', values.events));
    console.log(`load of the machine before the requests: ${load()}`);
    const measured = await measureBrands(hub, wholeNumber('--requests', values.requests), values.only);
    console.log(
      `\n${resultTable(MEASURED, measured, MAX_P95_MS)}\n\nload of the machine after the requests: ${load()}`,
    );
    const slow = measured.filter(({ p95 }) => p95 > MAX_P95_MS);
    console.log(
      slow.length === 0
        ? `Every 95th percentile is at most ${MAX_P95_MS} ms.`
        : `The 95th percentile is over ${MAX_P95_MS} ms in ${slow.length} of ${measured.length} measurements.`,
    );
    const inBrowser = values['no-browser']
      ? []
      : linesOf(await measureLists(await measuredHub(hub, wholeNumber('--seconds', values.seconds))));
    for (const { text } of inBrowser) console.log(text);
    const passed = slow.length === 0 && inBrowser.every(({ isOver }) => !isOver);
    if (values.keep) await untilInterrupted(`${hub.url} and ${hub.databaseUrl} run until Ctrl-C.`);
    return passed ? 0 : 1;
  } finally {
    await hub.close();
  }
}

async function fillDatabase(url: string, events: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fill(client, { events, say: (line) => console.log(line) });
  } finally {
    await client.end();
  }
}

async function measureBrands(hub: HubUnderTest, count: number, only: string): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const brand of MEASURED) {
    for (const request of await requestsOf(hub, brand)) {
      if (!request.name.includes(only)) continue;
      const one = await measure(hub, brand, request, count);
      console.log(`${one.brand}, ${one.name}: p50 ${one.p50.toFixed(0)} ms, p95 ${one.p95.toFixed(0)} ms`);
      measured.push(one);
    }
  }
  return measured;
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`${option} requires a whole number from 1 to 999999999.`);
}

function untilInterrupted(line: string): Promise<never> {
  console.log(line);
  return new Promise(() => setInterval(() => undefined, 60_000));
}
