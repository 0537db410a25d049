import { setMaxListeners } from 'node:events';
import { timeoutAfterReads } from '../after-reads.js';

/** What stops requests from outside: an AbortSignal, or something lighter that acts like one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Stops one request: at its time limit, and with the client. */
export class Stop {
  private readonly cancelTimer: () => void;
  /** Why it was stopped; undefined where it was not. */
  reason: 'time limit' | 'shutdown' | undefined;

  /** @param limitMs Infinity where `outer` alone ends it */
  constructor(
    private readonly outer: StopSignal,
    limitMs: number,
    private readonly act: () => void,
  ) {
    this.cancelTimer = Number.isFinite(limitMs)
      ? timeoutAfterReads(() => this.fire('time limit'), limitMs)
      : () => undefined;
    if (outer instanceof AbortSignal) setMaxListeners(0, outer); // as many as there are requests in flight
    if (outer.aborted) this.stopOuter();
    else outer.addEventListener('abort', this.stopOuter);
  }

  done(): void {
    this.cancelTimer();
    this.outer.removeEventListener('abort', this.stopOuter);
  }

  private readonly stopOuter = (): void => {
    const reason: unknown = this.outer.reason;
    const timedOut =
      typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
    this.fire(timedOut ? 'time limit' : 'shutdown');
  };

  private fire(reason: 'time limit' | 'shutdown'): void {
    this.reason ??= reason;
    this.act();
  }
}
