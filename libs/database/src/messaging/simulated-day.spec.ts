import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openTestDatabase } from '../testing/open-test-database.js';
import { DayEngine } from '../testing/day/day-engine.js';
import { expectedDay } from '../testing/day/day-model.js';
import { planDay, type DayResult } from '../testing/day/day-plan.js';

// A day of messages through the real rules, stores and dispatcher, against a model that was written from decision 0026.
// The whole one has 100,000 events and takes some minutes: PATCHBAY_DAY_EVENTS=100000 npm test -- simulated-day
// The same day again: PATCHBAY_DAY_SEED=<what was printed>
const EVENTS = Number(process.env['PATCHBAY_DAY_EVENTS'] ?? 2_000);
const SEED = Number(process.env['PATCHBAY_DAY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const DAY = {
  eventCount: EVENTS,
  customerCount: Math.max(100, EVENTS / 20),
  // A small day by larger steps: what costs is each step.
  stepMs: EVENTS < 20_000 ? 300_000 : 60_000,
};

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
}, SERVICE_TIMEOUT_MS);
afterAll(() => database.close());

it('sends, merges, defers and falls back exactly as the decision says, for a whole day', async () => {
  const plan = planDay(SEED, DAY);
  const expected = expectedDay(plan);
  const began = performance.now();
  const seen = await new DayEngine(database, plan).run();
  const differences = [
    ...differ(callsOf(expected), callsOf(seen)),
    ...differ(endsOf(expected), endsOf(seen)),
    ...(expected.deferred === seen.deferred ? [] : [`deferred ${expected.deferred} times, not ${seen.deferred}`]),
  ];
  process.stderr.write(
    `simulated day, seed ${SEED}: ${EVENTS} events, ${told(seen)}, ${differences.length} differences, ` +
      `${Math.round((performance.now() - began) / 1_000)} s\n`,
  );
  expect(differences.slice(0, 20)).toEqual([]);
  expect(seen.calls.length).toBeGreaterThan(EVENTS / 10);
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

function differ(expected: readonly string[], seen: readonly string[]): readonly string[] {
  const [wanted, got] = [new Set(expected), new Set(seen)];
  const differences = [
    ...expected.filter((line) => !got.has(line)).map((line) => `missing: ${line}`),
    ...seen.filter((line) => !wanted.has(line)).map((line) => `too much: ${line}`),
    ...(expected.length === seen.length ? [] : [`${expected.length} were expected, there are ${seen.length}`]),
  ];
  return differences.sort();
}

function told({ calls, ends, deferred }: DayResult): string {
  const all = [...ends];
  const count = (fits: (state: string, reason: string, key: string) => boolean): number =>
    all.filter(([key, { state, reason }]) => fits(state, reason ?? '', key)).length;
  return [
    `${calls.filter(({ answer }) => answer === 'accepted').length} sent`,
    `${count((state) => state === 'merged')} merged`,
    `${count((_state, reason) => reason.startsWith('cap:'))} capped`,
    `${deferred} times deferred`,
    `${count((_state, reason) => reason === 'expired')} expired`,
    `${count((state) => state === 'cancelled')} cancelled`,
    `${count((_state, _reason, key) => !key.endsWith('step 0'))} fallbacks`,
  ].join(', ');
}
