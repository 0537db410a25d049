import { at } from '../e2e/support/test-hub.js';
import { BRANDS, SOURCE_TOKEN, type HubUnderTest } from './hub.js';
import { deepCursor, idsOf } from './requests.js';

/** Hub whose lists are measured in a browser. */
export interface MeasuredHub extends Pick<HubUnderTest, 'url' | 'call'> {
  /** Pages whose first row is awaited: name, and path without `/console`. */
  readonly pages: readonly (readonly [string, string])[];
  /** Path of the list that is paged through and watched, without `/console`. */
  readonly list: string;
  /** Returns a link that signs in once. */
  signInLink(): Promise<string>;
  /** Sends events to the list for some seconds. Resolves with their number. */
  sendEvents(): Promise<number>;
}

/** Measured values of the lists in a browser. */
export interface ListsInBrowser {
  /** Longest time until the first row was visible, by the name of the page. */
  readonly rowVisibleMs: ReadonlyMap<string, number>;
  /** Size of the live JavaScript objects after 50 pages. */
  readonly heapBytes: number;
  /** Requests of lists without `limit`. */
  readonly withoutLimit: readonly string[];
  /** List while events arrive. */
  readonly live: {
    readonly events: number;
    /** Number of times that a row was at a new place, or another row was under the pointer. */
    readonly moved: number;
    readonly mostRows: number;
    readonly longestTaskMs: number;
  };
}

const MOST = { rowVisibleMs: 1_000, heapBytes: 80e6, rows: 200, taskMs: 200 };
const EVENTS_PER_SECOND = 200;
const BATCHES_PER_SECOND = 10;

/** Prepares the measurement for the brand with nearly all rows. `seconds`: how long events are sent. */
export async function measuredHub(hub: HubUnderTest, seconds: number): Promise<MeasuredHub> {
  const [{ name }] = BRANDS;
  const [event = ''] = await idsOf(hub, `/v1/brands/${name}/events`);
  const deep = (await deepCursor(hub, `/v1/brands/${name}/events`)).replace('&', '?');
  const list = `/b/${name}/events`;
  return {
    url: hub.url,
    call: (method, path, body) => hub.call(method, path, body),
    list,
    pages: [
      ['events first page', list],
      ['events of a customer', `${list}?customer=vip`],
      ['events of a type', `${list}?type=pointsIssued`],
      ['events page 100', `${list}${deep}`],
      ['event page', `${list}/${event}`],
      ['deliveries first page', `/b/${name}/deliveries`],
    ],
    signInLink: async () =>
      `${hub.url}/console/sign-in#token=${String(at(await hub.call('POST', '/v1/session/links'), 'token'))}`,
    sendEvents: () => sendEvents(`${hub.url}/v1/ingest/${name}/shop`, seconds),
  };
}

/** Sends 200 events per second in 10 requests per second. */
async function sendEvents(url: string, seconds: number): Promise<number> {
  const batches: Promise<void>[] = [];
  const startedAt = Date.now();
  for (let batch = 0; batch < seconds * BATCHES_PER_SECOND; batch += 1) {
    batches.push(sendBatch(url, batch));
    const dueAt = startedAt + ((batch + 1) * 1_000) / BATCHES_PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now())));
  }
  await Promise.all(batches);
  return batches.length * (EVENTS_PER_SECOND / BATCHES_PER_SECOND);
}

async function sendBatch(url: string, batch: number): Promise<void> {
  const events = Array.from({ length: EVENTS_PER_SECOND / BATCHES_PER_SECOND }, (_, index) => ({
    ...{ id: `live-${batch}-${index}`, type: 'pointsIssued', customerId: `c-${index}`, data: { points: batch } },
  }));
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-source-token': SOURCE_TOKEN },
    body: JSON.stringify(events),
  });
  if (answer.status !== 202) throw new Error(`The source answered ${answer.status}: ${await answer.text()}`);
}

/** Line of the result. A star marks a value over its limit. */
interface ResultLine {
  readonly text: string;
  readonly isOver: boolean;
}

/** Returns one line per measured value. */
export function linesOf({ rowVisibleMs, heapBytes, withoutLimit, live }: ListsInBrowser): readonly ResultLine[] {
  const line = (name: string, value: number, most: number, shown = value.toFixed(0)): ResultLine => ({
    text: `${name}: ${shown}${value > most ? '*' : ''}`,
    isOver: value > most,
  });
  return [
    ...[...rowVisibleMs].map(([name, ms]) =>
      line(`${name}, first row visible`, ms, MOST.rowVisibleMs, `${ms.toFixed(0)} ms`),
    ),
    line('JavaScript heap after 50 pages', heapBytes, MOST.heapBytes, `${(heapBytes / 1e6).toFixed(1)} MB`),
    line(
      'requests of lists without limit',
      withoutLimit.length,
      0,
      [withoutLimit.length, ...withoutLimit].join('\n  '),
    ),
    line(`rows that moved while ${live.events} events arrived`, live.moved, 0),
    line('most rows in the document', live.mostRows, MOST.rows),
    line('longest task meanwhile', live.longestTaskMs, MOST.taskMs, `${live.longestTaskMs.toFixed(0)} ms`),
  ];
}
