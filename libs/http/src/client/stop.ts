import { setMaxListeners } from 'node:events';
import { timeoutAfterReads } from '../after-reads.js';

/** Signal that stops requests from outside: an AbortSignal, or a lighter object with the same interface. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Stop of one request, by its time limit or together with its client. */
export class Stop {
  private readonly cancelTimer: () => void;
  /** Reason of the stop. Undefined if the request was not stopped. */
  reason: 'time limit' | 'shutdown' | undefined;

  /**
   * @param limitMs time limit in milliseconds; Infinity if only `outer` ends the request
   */
  constructor(
    private readonly outer: StopSignal,
    limitMs: number,
    private readonly act: () => void,
  ) {
    this.cancelTimer = Number.isFinite(limitMs)
      ? timeoutAfterReads(() => this.fire('time limit'), limitMs)
      : () => undefined;
    if (outer instanceof AbortSignal) setMaxListeners(0, outer); // one listener per request in flight
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
