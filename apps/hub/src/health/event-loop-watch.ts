import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';

/** Time between two measurements, in milliseconds. */
const INTERVAL_MS = 500;
/**
 * Shortest stall that makes the process unfit, in milliseconds. After this time without a heartbeat, other workers take
 * over the destinations of this process.
 */
const UNFIT_FROM_MS = 5_000;
/**
 * Time for which a stall is reported, in milliseconds. Longer than the usual 10 seconds between two probes, so that a
 * probe sees each stall. Shorter than the time of two probes, so that one stall restarts no process.
 */
const REPORTED_FOR_MS = 15_000;

/** Stall of an event loop. Times are in milliseconds of a monotonic clock. */
interface Stall {
  readonly endedAt: number;
  readonly ms: number;
}

/**
 * Longest stall among stalls that ended in the last 15 seconds, in milliseconds. 0 if there was none.
 *
 * While the event loop is blocked, a probe gets no answer within its timeout. Between two stalls of a process that is
 * blocked most of the time, a probe does get an answer. The recent stalls show the problem in this answer.
 */
export class RecentStalls {
  private stalls: readonly Stall[] = [];

  /** Adds a stall that has just ended. */
  add(stall: Stall): void {
    this.stalls = [...this.recent(stall.endedAt), stall];
  }

  /** @param now milliseconds of the monotonic clock */
  longestMs(now: number): number {
    return Math.max(0, ...this.recent(now).map(({ ms }) => ms));
  }

  private recent(now: number): readonly Stall[] {
    return this.stalls.filter(({ endedAt }) => now - endedAt < REPORTED_FOR_MS);
  }
}

/** Measures by a timer for how long the event loop of this process was blocked. */
@Injectable()
export class EventLoopWatch implements OnApplicationShutdown {
  private readonly stalls = new RecentStalls();
  private lastAt = performance.now();
  private readonly timer = setInterval(() => this.measure(), INTERVAL_MS).unref();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Longest stall that ended in the last 15 seconds, in milliseconds. Includes a stall that ends with this call. */
  longestStallMs(): number {
    this.measure();
    return this.stalls.longestMs(this.lastAt);
  }

  /** Returns false if the event loop was blocked for so long that other workers took over. */
  isFit(): boolean {
    return this.longestStallMs() < UNFIT_FROM_MS;
  }

  private measure(): void {
    const now = performance.now();
    const ms = Math.max(0, now - this.lastAt - INTERVAL_MS);
    this.lastAt = now;
    if (ms > 0) this.stalls.add({ endedAt: now, ms });
    if (ms >= UNFIT_FROM_MS)
      this.logger.error({ stalledMs: Math.round(ms) }, 'event loop was blocked, so calls and heartbeats waited');
  }
}
