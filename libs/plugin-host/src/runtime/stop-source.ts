import type { StopSignal } from '@patchbay/http';

type Listener = () => void;

/**
 * Stops one attempt. An AbortSignal costs more than the host's other work for an attempt, and few plugins read theirs.
 * It is therefore created on first use.
 */
export class StopSource implements StopSignal {
  aborted = false;
  reason: unknown;
  private readonly listeners = new Set<Listener>();
  private controller: AbortController | undefined;

  /** The AbortSignal, created on first use. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** True if any work listens and would have to be stopped. */
  get isAwaited(): boolean {
    return this.listeners.size > 0;
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** Stops the attempt. Later calls have no effect. */
  stop(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of [...this.listeners]) listener();
  }
}
