import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { WorkerRing } from './worker-ring.js';
import type { LiveWorker } from './worker-registry.port.js';

/** Time between two steps of the simulation, in milliseconds. */
const STEP_MS = 100;
const HEARTBEAT_EVERY_MS = 1_000;
/** Times of the registry, as in `postgres-worker-registry.ts`. */
const [GONE_AFTER_MS, REJOIN_AFTER_MS, ACTIVE_AFTER_MS] = [5_000, 4_000, 5_000];
/** Number of steps with failures. Longer than the last step of an incident and its longest effect. */
const FAILURE_STEPS = 300;
/** Time within which every destination has an owner again once nothing fails, in milliseconds. */
const SETTLED_AFTER_MS = 12_000;

const WORKERS = ['a', 'b', 'c'];
const DESTINATIONS = Array.from({ length: 6 }, (_, index) => `destination-${index}`);

/** Registry of workers as the statement `HEARTBEAT` behaves, with one clock that never jumps. */
class Registry {
  private readonly rows = new Map<string, { joinedAt: number; seenAt: number }>();

  heartbeat(id: string, now: number): readonly LiveWorker[] {
    const live = [...this.rows].filter(
      ([other, { seenAt }]) => seenAt > now - (other === id ? REJOIN_AFTER_MS : GONE_AFTER_MS),
    );
    const own = live.find(([other]) => other === id)?.[1];
    const alone = live.length === 1 ? Math.min(own?.joinedAt ?? now, now - ACTIVE_AFTER_MS) : undefined;
    const joinedAt = own === undefined ? now : (alone ?? own.joinedAt);
    this.rows.set(id, { joinedAt, seenAt: now });
    const others = live.filter(([other]) => other !== id);
    return [...others, [id, { joinedAt, seenAt: now }] as const].map(([worker, row]) => ({
      id: worker,
      activeInMs: ACTIVE_AFTER_MS - (now - row.joinedAt),
      sinceHeartbeatMs: now - row.seenAt,
    }));
  }
}

/** Worker whose wall clock jumps, and whose heartbeats take time or fail. */
class SimulatedWorker {
  wallShiftMs = 0;
  private readonly ring: WorkerRing;
  private nextHeartbeatAt = 0;
  /** Answer of the registry that is under way. */
  private answer: { readonly arrivesAt: number; readonly apply: () => void } | null = null;

  constructor(
    readonly id: string,
    private readonly time: { now: number },
    private readonly registry: Registry,
  ) {
    this.ring = new WorkerRing(id, () => time.now);
  }

  owned(): readonly string[] {
    return DESTINATIONS.filter((destination) => this.ring.owns(destination));
  }

  /** @param answerTakesMs time until the answer of a heartbeat arrives; null if the heartbeat fails */
  step(answerTakesMs: number | null): void {
    const { now } = this.time;
    if (this.answer !== null && this.answer.arrivesAt <= now) {
      this.answer.apply();
      this.answer = null;
    }
    if (this.answer !== null || now < this.nextHeartbeatAt) return;
    this.nextHeartbeatAt = now + HEARTBEAT_EVERY_MS;
    if (answerTakesMs === null) return;
    const sinceHeartbeat = this.stopwatch();
    const workers = this.registry.heartbeat(this.id, now);
    const { ring } = this;
    this.answer = { arrivesAt: now + answerTakesMs, apply: () => ring.update(workers, sinceHeartbeat) };
  }

  /** Measures time as `Stopwatch` does. */
  private stopwatch(): { readonly elapsedMs: number } {
    const [began, wallBegan] = [this.time.now, this.time.now + this.wallShiftMs];
    const elapsed = (): number => Math.max(this.time.now - began, this.time.now + this.wallShiftMs - wallBegan);
    return {
      get elapsedMs() {
        return elapsed();
      },
    };
  }
}

/** Jump of a wall clock, slow answer of the registry, or failing heartbeats of one worker. */
const incident = fc.record({
  step: fc.integer({ min: 0, max: 200 }),
  worker: fc.integer({ min: 0, max: WORKERS.length - 1 }),
  what: fc.oneof(
    fc.record({
      jumpMs: fc.integer({ min: -90 * 60_000, max: 90 * 60_000 }),
      forSteps: fc.integer({ min: 1, max: 15 }),
    }),
    fc.record({ answerTakesMs: fc.integer({ min: 100, max: 6_000 }) }),
    fc.record({ failsForSteps: fc.integer({ min: 1, max: 80 }) }),
  ),
});

describe('WorkerRing with wall clocks that jump and heartbeats that are late or fail', () => {
  it('never has two owners of a destination, and has one again soon', () => {
    fc.assert(
      fc.property(fc.array(incident, { maxLength: 20 }), (incidents) => {
        const time = { now: 0 };
        const registry = new Registry();
        const workers = WORKERS.map((id) => new SimulatedWorker(id, time, registry));
        const until = workers.map(() => ({ jump: 0, failing: 0, slow: 0 }));
        const run = (steps: number, from: number): void => {
          for (let step = from; step < from + steps; step += 1) {
            for (const { worker, what } of incidents.filter((one) => one.step === step)) {
              const [state, simulated] = [until[worker], workers[worker]];
              if (state === undefined || simulated === undefined) continue;
              if ('jumpMs' in what) [simulated.wallShiftMs, state.jump] = [what.jumpMs, step + what.forSteps];
              else if ('failsForSteps' in what) state.failing = step + what.failsForSteps;
              else state.slow = what.answerTakesMs;
            }
            for (const [index, simulated] of workers.entries()) {
              const state = until[index];
              if (state === undefined) continue;
              if (state.jump <= step) simulated.wallShiftMs = 0;
              simulated.step(state.failing > step ? null : state.slow);
              state.slow = 0;
            }
            const owned = workers.flatMap((one) => one.owned());
            expect(owned).toHaveLength(new Set(owned).size);
            time.now += STEP_MS;
          }
        };
        run(FAILURE_STEPS, 0);
        run(SETTLED_AFTER_MS / STEP_MS, FAILURE_STEPS);
        expect(workers.flatMap((one) => one.owned()).sort()).toEqual([...DESTINATIONS].sort());
      }),
      { numRuns: 40 },
    );
  });
});
