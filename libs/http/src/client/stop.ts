import { setMaxListeners } from 'node:events';

/** Stops one request: at its time limit, and with the client. */
export class Stop {
  private readonly timer: NodeJS.Timeout;
  /** Why it was stopped; undefined where it was not. */
  reason: 'time limit' | 'shutdown' | undefined;

  constructor(
    private readonly outer: AbortSignal,
    limitMs: number,
    private readonly act: () => void,
  ) {
    this.timer = setTimeout(() => this.fire('time limit'), limitMs);
    setMaxListeners(0, outer); // as many as there are requests in flight
    if (outer.aborted) this.stopOuter();
    else outer.addEventListener('abort', this.stopOuter, { once: true });
  }

  done(): void {
    clearTimeout(this.timer);
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
