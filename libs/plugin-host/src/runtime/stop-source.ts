import type { StopSignal } from '@patchbay/http';

type Listener = () => void;

/**
 * Stops one attempt. An AbortSignal costs more than all else that the host does for an attempt, and few plugins look at theirs: so
 * one is made where it is asked for.
 */
export class StopSource implements StopSignal {
  aborted = false;
  reason: unknown;
  private readonly listeners = new Set<Listener>();
  private controller: AbortController | undefined;

  /** For what wants the real thing. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** Whether anything goes on that would have to be stopped. */
  get isAwaited(): boolean {
    return this.listeners.size > 0;
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** Once; later calls change nothing. */
  stop(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of [...this.listeners]) listener();
  }
}
