import { FAULTS, type Fault, type FaultContext } from '../faults/index.js';
import { PROCESS_FAULTS } from '../faults/process-faults.js';
import { settle } from '../support/settle.js';
import { verdictOf } from '../support/verdict-of.js';
import type { Verdict } from '../support/ledger.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { Sender } from '../support/sender.js';
import { sleep } from '../support/sleep.js';
import type { TestBed } from '../support/test-bed.js';
import { flatnessOf, RESTARTS_UNTIL, type Flatness, type SoakSample } from './flatness.js';
import { FLAT_LIMITS, measure } from './measure.js';

/** Options of a soak: steady load with faults, restarts and changes of the configuration. */
export interface SoakOptions {
  readonly durationMs: number;
  /** Events per second. Each event has five deliveries. */
  readonly rate: number;
  /** Time between two faults, and between two changes of the configuration, in milliseconds. */
  readonly faultEveryMs: number;
  readonly random: SeededRandom;
  /** Called with each measurement. */
  readonly onSample: (sample: SoakSample, progress: SoakProgress) => void;
}

/** Numbers of a soak so far. */
export interface SoakProgress {
  readonly events: number;
  readonly acknowledged: number;
  readonly faults: number;
  readonly changes: number;
}

/** Result of a soak. */
export interface SoakResult {
  readonly verdict: Verdict;
  readonly flatness: readonly Flatness[];
  readonly progress: SoakProgress;
  /** Number of injections of each fault, by its name. */
  readonly faults: ReadonlyMap<string, number>;
  /** Answers of the ingest endpoint other than 202 and 429. */
  readonly wrongAnswers: readonly string[];
  readonly busy: number;
  /** Growth of the database per acknowledged event, in bytes. */
  readonly bytesPerEvent: number;
}

const LOAD_EVERY_MS = 200;
/** Seconds of load that may wait while the hub is away. */
const LARGEST_DEBT_S = 20;
/** Number of measurements of a soak. */
const SAMPLES = 120;
const MIB = 1_024 * 1_024;

/** Returns true if nothing was lost or sent wrongly, and every value is flat. */
export function soakPassed(testBed: TestBed, { verdict, flatness, wrongAnswers }: SoakResult): boolean {
  const findings = [verdict.lost, verdict.wrong, wrongAnswers, testBed.hubs.crashes];
  return findings.every(({ length }) => length === 0) && flatness.length > 0 && flatness.every(({ isFlat }) => isFlat);
}

/** Runs a soak, then waits until everything is delivered and compares the records of sender, receiver and database. */
export async function runSoak(testBed: TestBed, options: SoakOptions): Promise<SoakResult> {
  const { durationMs, rate, random, onSample } = options;
  const name = 'soak';
  const sender = testBed.sender(random.fork(), name);
  const startedAt = performance.now();
  const passed = (): number => (performance.now() - startedAt) / durationMs;
  const faults = new Map<string, number>();
  let changes = 0;
  const progress = (): SoakProgress => ({
    events: sender.events,
    acknowledged: sender.acknowledgements.events.size,
    faults: [...faults.values()].reduce((sum, times) => sum + times, 0),
    changes,
  });

  const load = async (): Promise<void> => {
    let made = 0;
    while (passed() < 1) {
      const due = Math.floor(((performance.now() - startedAt) * rate) / 1_000);
      if (sender.unacknowledged < LARGEST_DEBT_S * rate) sender.make(due - made);
      made = due;
      await sleep(LOAD_EVERY_MS);
    }
  };
  const inject = async (): Promise<void> => {
    const context = { testBed, sender, random: random.fork(), round: name, withoutRedis: [] };
    for (const fault of plan(testBed, random.fork(), passed)) {
      await sleep(options.faultEveryMs);
      if (passed() >= 1) return;
      await play(fault, context);
      faults.set(fault.name, (faults.get(fault.name) ?? 0) + 1);
    }
  };
  const change = async (): Promise<void> => {
    for (;;) {
      await sleep(options.faultEveryMs);
      if (passed() >= 1) return;
      await testBed.changeConfiguration(changes);
      changes += 1;
    }
  };
  const samples: SoakSample[] = [];
  const sample = async (): Promise<void> => {
    while (passed() < 1) {
      const one = { at: passed(), values: await measure(testBed) };
      samples.push(one);
      onSample(one, progress());
      await sleep(durationMs / SAMPLES);
    }
  };
  await Promise.all([load(), inject(), change(), sample()]);
  await settle(testBed, sender);
  const { verdict } = await verdictOf(testBed, sender.acknowledgements.events);
  const { wrongAnswers, busy } = sender.acknowledgements;
  return {
    ...{ verdict, faults, wrongAnswers, busy, progress: progress() },
    flatness: flatnessOf(samples, FLAT_LIMITS),
    bytesPerEvent: bytesPerEvent(samples, sender),
  };
}

/**
 * Yields the faults in random order, again and again. After {@link RESTARTS_UNTIL}, leaves out the faults that replace
 * processes, so that the memory of the same processes is compared.
 */
function* plan(testBed: TestBed, random: SeededRandom, passed: () => number): Generator<Fault, void> {
  const possible = FAULTS.filter((fault) => fault.cannot?.(testBed) === undefined);
  for (;;) {
    for (const fault of random.shuffled(possible)) {
      if (passed() < RESTARTS_UNTIL || !PROCESS_FAULTS.includes(fault)) yield fault;
    }
  }
}

async function play(fault: Fault, context: FaultContext): Promise<void> {
  await fault.ready?.(context.testBed);
  await fault.inject(context);
}

function bytesPerEvent(samples: readonly SoakSample[], sender: Sender): number {
  const sizes = samples.flatMap(({ values }) => values['database'] ?? []);
  const [first = NaN, last = NaN] = [sizes[0], sizes.at(-1)];
  return ((last - first) * MIB) / sender.acknowledgements.events.size;
}
