import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openTestDatabase } from '../testing/open-test-database.js';
import { DayEngine } from '../testing/day/day-engine.js';
import { expectedDay } from '../testing/day/day-model.js';
import { planDay, type DayResult } from '../testing/day/day-plan.js';

// This test runs a day of messages through the real rules, stores and dispatcher, and compares the result with a model
// of decision 0026. A full day has 100,000 events and takes some minutes: PATCHBAY_DAY_EVENTS=100000 npm test --
// simulated-day. To repeat a day, set PATCHBAY_DAY_SEED to the printed seed.
const EVENTS = Number(process.env['PATCHBAY_DAY_EVENTS'] ?? 600);
const SEED = Number(process.env['PATCHBAY_DAY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const DAY = {
  eventCount: EVENTS,
  customerCount: EVENTS / 20,
  // A day with few events uses larger steps, because the cost grows with the number of steps.
  stepMs: EVENTS < 20_000 ? 300_000 : 60_000,
};

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
}, SERVICE_TIMEOUT_MS);
afterAll(() => database.close());

it('sends, merges, defers and falls back as in the model, for a whole day', async () => {
  const plan = planDay(SEED, DAY);
  const expected = expectedDay(plan);
  const began = performance.now();
  const actual = await new DayEngine(database, plan).run();
  const differences = [
    ...differ(callsOf(expected), callsOf(actual)),
    ...differ(endsOf(expected), endsOf(actual)),
    ...(expected.deferred === actual.deferred
      ? []
      : [`deferred: expected ${expected.deferred}, got ${actual.deferred}`]),
  ];
  process.stderr.write(
    `simulated day, seed ${SEED}: ${EVENTS} events, ${summaryOf(actual)}, ${differences.length} differences, ` +
      `${Math.round((performance.now() - began) / 1_000)} s\n`,
  );
  expect(differences.slice(0, 20)).toEqual([]);
  expect(actual.calls.length).toBeGreaterThan(EVENTS / 10);
}, 3_600_000);

function callsOf({ calls }: DayResult): readonly string[] {
  return calls.map(
    ({ at, destination, subscription, event, members, attempt, answer }) =>
      `${event} ${subscription} attempt ${attempt} at ${destination}, ${new Date(at).toISOString()}: ${members.join(' ')}: ${answer}`,
  );
}

function endsOf({ ends }: DayResult): readonly string[] {
  return [...ends].map(([key, { state, reason, mergedInto }]) => `${key}: ${state}, ${reason ?? mergedInto ?? '-'}`);
}

function differ(expected: readonly string[], actual: readonly string[]): readonly string[] {
  const [expectedLines, actualLines] = [new Set(expected), new Set(actual)];
  const differences = [
    ...expected.filter((line) => !actualLines.has(line)).map((line) => `missing: ${line}`),
    ...actual.filter((line) => !expectedLines.has(line)).map((line) => `unexpected: ${line}`),
    ...(expected.length === actual.length ? [] : [`lines: expected ${expected.length}, got ${actual.length}`]),
  ];
  return differences.sort();
}

function summaryOf({ calls, ends, deferred }: DayResult): string {
  const all = [...ends];
  const count = (matches: (state: string, reason: string, key: string) => boolean): number =>
    all.filter(([key, { state, reason }]) => matches(state, reason ?? '', key)).length;
  return [
    `${calls.filter(({ answer }) => answer === 'accepted').length} sent`,
    `${count((state) => state === 'merged')} merged`,
    `${count((_state, reason) => reason.startsWith('cap:'))} capped`,
    `${deferred} deferred`,
    `${count((_state, reason) => reason === 'expired')} expired`,
    `${count((state) => state === 'cancelled')} cancelled`,
    `${count((_state, _reason, key) => !key.endsWith('step 0'))} fallbacks`,
  ].join(', ');
}
