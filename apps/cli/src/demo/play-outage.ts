import { DAY_MS, dayOf, startOfDay, type JsonObject } from '@patchbay/core';
import type { SandboxHub } from '@patchbay/testing';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';
import { countAt, objectAt, objectsAt, textAt } from '../api/json-reading.js';
import type { Reporter } from '../output/reporter.js';
import { ARRIVAL_TIMEOUT_MS } from './play-step.js';
import { CAPILLARY_BRAND } from './register-capillary.js';
import { until } from './wait-until.js';

const HOUR_MS = 3_600_000;
/** Time between two events during the outage, in milliseconds. */
const EVERY_MS = 300_000;

/** Outage to play: the hub, the sandbox of Capillary with the hub's webhook, and the event that is repeated. */
export interface DemoOutage {
  readonly client: Pick<HubClient, 'get' | 'post' | 'patchBytes'>;
  readonly events: SandboxHub['capillary']['state']['events'];
  readonly event: JsonObject;
  /** Current time in milliseconds since the epoch. The outage was the day before, because a comparison needs a whole day. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Time limit of the import and of the deliveries, in milliseconds; set only by tests. */
  readonly limitMs?: number;
}

/**
 * Plays an hour of the day before, in which Capillary counted events that the hub never got. The hub finds the gap, gets
 * the events from a file, and delivers them. Prints what happened.
 * @returns problems; empty if every missing event was found and recovered
 */
export async function playOutage(outage: DemoOutage, reporter: Reporter): Promise<readonly string[]> {
  const { client, events, event, now } = outage;
  const day = dayOf(now - DAY_MS);
  const start = startOfDay(day) + 14 * HOUR_MS;
  const lost = Array.from({ length: HOUR_MS / EVERY_MS }, (_, index): JsonObject => {
    return { ...event, eventId: `outage-${index + 1}`, createdAt: start + index * EVERY_MS };
  });
  await events.emit({ ...event, eventId: 'before-outage', createdAt: start - EVERY_MS });
  events.drop(lost);

  const before = await compare(client, day);
  const imported = await importFile(outage, lost);
  const delivered = await awaitDeliveries(outage, start, lost.length);
  const after = await compare(client, day);

  const all = lost.length + 1;
  const checks = [
    {
      ok: before.total === all && before.missing === lost.length,
      text: `reconcile ${day}: Capillary counted ${before.total} events, ${before.missing} are missing`,
    },
    {
      ok: imported === lost.length && delivered === lost.length,
      text: `import of a file with the missing events: ${imported} recovered, ${delivered} delivered`,
    },
    {
      ok: after.total === all && after.missing === 0,
      text: `reconcile ${day}: Capillary counted ${after.total} events, ${after.missing} are missing`,
    },
  ];
  const { paint } = reporter;
  for (const line of [
    paint.bold('An outage of an hour'),
    `   ${paint.dim('A proxy refused the calls of Capillary for an hour, so Capillary gave up these events.')}`,
    '',
    ...checks.map(({ ok, text }) => `   ${ok ? `${paint.good('✓')} ${text}` : paint.bad(`! ${text}`)}`),
    '',
  ]) {
    reporter.line(line);
  }
  return checks.filter(({ ok }) => !ok).map(({ text }) => text);
}

/** Compares one day with Capillary. */
async function compare(
  client: DemoOutage['client'],
  day: string,
): Promise<{ readonly total: number; readonly missing: number }> {
  const answer = await client.post(apiPath('/v1/brands/{brand}/capillary/reconcile', { brand: CAPILLARY_BRAND }), {
    from: day,
    to: day,
  });
  const [compared = {}] = objectsAt(answer, 'days');
  return { total: countAt(compared, 'total'), missing: countAt(compared, 'missing') };
}

/** Imports events from a file with one event per line. Returns the number of accepted events. */
async function importFile(
  { client, signal, limitMs = ARRIVAL_TIMEOUT_MS }: DemoOutage,
  events: readonly JsonObject[],
): Promise<number> {
  const names = { brand: CAPILLARY_BRAND, source: 'capillary' };
  const path = apiPath('/v1/brands/{brand}/sources/{source}/imports', names);
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const request = { fileName: 'missed.ndjson', sizeBytes: bytes.length, recovered: true };
  const id = textAt(await client.post(path, request), 'id') ?? '';
  const created = apiPath('/v1/brands/{brand}/sources/{source}/imports/{id}', { ...names, id });
  await client.patchBytes(created, bytes, { 'upload-offset': '0' });
  const ended = async (): Promise<JsonObject | undefined> => {
    const current = await client.get(created);
    return textAt(current, 'endedAt') === undefined ? undefined : current;
  };
  return countAt((await until(ended, limitMs, signal)) ?? {}, 'accepted');
}

/**
 * Waits until all events with a time from `start` are delivered. Returns their number, which is smaller than `expected` at the
 * time limit.
 */
async function awaitDeliveries(
  { client, signal, limitMs = ARRIVAL_TIMEOUT_MS }: DemoOutage,
  start: number,
  expected: number,
): Promise<number> {
  let delivered = 0;
  const poll = async (): Promise<true | undefined> => {
    const page = await client.get(apiPath('/v1/brands/{brand}/events', { brand: CAPILLARY_BRAND }), { limit: '100' });
    const recovered = objectsAt(page, 'data').filter((event) => {
      const at = Date.parse(textAt(event, 'occurredAt') ?? '');
      return at >= start && at < start + HOUR_MS;
    });
    delivered = recovered.filter((event) => countAt(objectAt(event, 'outcome') ?? {}, 'delivered') === 1).length;
    return delivered >= expected ? true : undefined;
  };
  await until(poll, limitMs, signal);
  return delivered;
}
