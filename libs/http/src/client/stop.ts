import { setMaxListeners } from 'node:events';

/** The signal of one request: fires at its time limit and with the client's own. */
export class Stop {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  reason: 'time limit' | 'shutdown' | undefined;

  constructor(
    private readonly outer: AbortSignal,
    limitMs: number,
  ) {
    this.timer = setTimeout(() => this.fire('time limit'), limitMs);
    setMaxListeners(0, outer); // as many as there are requests in flight
    if (outer.aborted) this.stopOuter();
    else outer.addEventListener('abort', this.stopOuter, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
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
    this.controller.abort();
  }
}
